// Chapter 1 in Go: what does a defer cost?
//
//	go test -bench .            # in this directory: Go's own figures
//	cargo bench -p benches --bench 01_scope_cleanup -- go    # the same rounds beside those in Rust
//
// Each entry does a number of rounds and returns the time that they took. It stops the clock before it checks the
// result, and panics if the result is wrong.
package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// How many calls one function defers in a loop, before it returns and they run.
const batch = 100

var entries = []struct {
	name string
	time func(rounds int) time.Duration
}{
	{"lock, by hand", func(rounds int) time.Duration { return locked(rounds, byHand) }},
	{"lock, defer", func(rounds int) time.Duration { return locked(rounds, byDefer) }},
	{"loop, direct call", func(rounds int) time.Duration { return looped(rounds, calledInALoop) }},
	{"loop, defer", func(rounds int) time.Duration { return looped(rounds, deferredInALoop) }},
	{"failure, error", func(rounds int) time.Duration { return failed(rounds, returnsAnError) }},
	{"failure, panic", func(rounds int) time.Duration { return failed(rounds, recovers) }},
}

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

func locked(rounds int, round func(*counter)) time.Duration {
	c := new(counter)
	start := time.Now()
	for i := 0; i < rounds; i++ {
		round(c)
	}
	elapsed := time.Since(start)
	if !c.lock.TryLock() {
		panic("the lock is still locked")
	}
	check("the number behind the lock", c.count, rounds)
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

func looped(rounds int, turns func(count *int, turns int)) time.Duration {
	count := new(int)
	start := time.Now()
	for left := rounds; left > 0; left -= batch {
		if left < batch {
			turns(count, left)
		} else {
			turns(count, batch)
		}
	}
	elapsed := time.Since(start)
	check("calls", *count, rounds)
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

func failed(rounds int, round func(*room) error) time.Duration {
	r := new(room)
	failures := 0
	start := time.Now()
	for i := 0; i < rounds; i++ {
		if round(r) == errSpoilt {
			failures++
		}
	}
	elapsed := time.Since(start)
	check("those who have entered", r.entered, rounds)
	check("those who have left", r.left, rounds)
	check("failures", failures, rounds)
	return elapsed
}

func check(what string, is, expected int) {
	if is != expected {
		panic(fmt.Sprintf("%s: %d, and should be %d", what, is, expected))
	}
}
