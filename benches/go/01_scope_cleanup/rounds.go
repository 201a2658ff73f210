// Chapter 1 in Go: what does a defer cost?
//
//	go test -bench .            # in this directory: Go's own figures
//	cargo bench -p benches --bench 01_scope_cleanup -- go    # the same rounds beside those in Rust
package main

import (
	"errors"
	"sync"
	"time"

	"unlock-on-drop/benches/rounds"
)

// How many calls one function defers in a loop, before it returns and they run.
const batch = 100

var entries = []rounds.Entry{
	{Name: "lock, by hand", Time: func(count int) time.Duration { return locked(count, byHand) }},
	{Name: "lock, defer", Time: func(count int) time.Duration { return locked(count, byDefer) }},
	{Name: "loop, direct call", Time: func(count int) time.Duration { return looped(count, calledInALoop) }},
	{Name: "loop, defer", Time: func(count int) time.Duration { return looped(count, deferredInALoop) }},
	{Name: "failure, error", Time: func(count int) time.Duration { return failed(count, returnsAnError) }},
	{Name: "failure, panic", Time: func(count int) time.Duration { return failed(count, recovers) }},
}

func main() { rounds.Serve(entries) }

var spoilt = false

// The smallest piece of work that may panic, as far as the compiler can tell.
//
//go:noinline
func work() {
	if spoilt {
		panic("never")
	}
}

// Lock, work, add one, unlock.

type counter struct {
	lock  sync.Mutex
	count int
}

// Not inlined, neither of the two, so that they differ by the defer and by nothing else.
//
//go:noinline
func byHand(c *counter) {
	c.lock.Lock()
	work()
	c.count++
	c.lock.Unlock()
}

//go:noinline
func byDefer(c *counter) {
	c.lock.Lock()
	defer c.lock.Unlock()
	work()
	c.count++
}

func locked(count int, round func(*counter)) time.Duration {
	c := new(counter)
	start := time.Now()
	for i := 0; i < count; i++ {
		round(c)
	}
	elapsed := time.Since(start)
	if !c.lock.TryLock() {
		panic("the lock is still locked")
	}
	rounds.Check("the number behind the lock", c.count, count)
	return elapsed
}

// Work and a call for each turn of a loop. The call comes at once, or when the function returns.

func addOne(count *int) { *count++ }

//go:noinline
func calledInALoop(count *int, turns int) {
	for i := 0; i < turns; i++ {
		work()
		addOne(count)
	}
}

//go:noinline
func deferredInALoop(count *int, turns int) {
	for i := 0; i < turns; i++ {
		defer addOne(count)
		work()
	}
}

func looped(count int, turns func(count *int, turns int)) time.Duration {
	calls := new(int)
	start := time.Now()
	for left := count; left > 0; left -= batch {
		if left < batch {
			turns(calls, left)
		} else {
			turns(calls, batch)
		}
	}
	elapsed := time.Since(start)
	rounds.Check("calls", *calls, count)
	return elapsed
}

// A function that fails while it holds something, and says so by an error, or by a panic.

var errSpoilt = errors.New("spoilt")

type room struct{ entered, left int }

func (r *room) enter() { r.entered++ }
func (r *room) leave() { r.left++ }

//go:noinline
func fails() error { return errSpoilt }

//go:noinline
func panics() { panic(errSpoilt) }

//go:noinline
func returnsAnError(r *room) error {
	r.enter()
	defer r.leave()
	return fails()
}

//go:noinline
func recovers(r *room) (err error) {
	defer func() { err, _ = recover().(error) }()
	r.enter()
	defer r.leave()
	panics()
	return nil
}

func failed(count int, round func(*room) error) time.Duration {
	r := new(room)
	failures := 0
	start := time.Now()
	for i := 0; i < count; i++ {
		if round(r) == errSpoilt {
			failures++
		}
	}
	elapsed := time.Since(start)
	rounds.Check("those who have entered", r.entered, count)
	rounds.Check("those who have left", r.left, count)
	rounds.Check("failures", failures, count)
	return elapsed
}
