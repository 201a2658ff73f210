package main

import (
	"sync"
	"sync/atomic"
	"time"

	"unlock-on-drop/benches/rounds"
)

// Ten thousand short goroutines and fifty thousand, each of which takes two things and gives them back. The time of a
// round is that of one task, in a batch of so many.
var tasks = []rounds.Entry{
	{Name: "by hand, 10000 tasks", Time: func(count int) time.Duration { return batch(count, 10_000, taskByHand) }},
	{Name: "by defer, 10000 tasks", Time: func(count int) time.Duration { return batch(count, 10_000, taskByDefer) }},
	{Name: "by hand, 50000 tasks", Time: func(count int) time.Duration { return batch(count, 50_000, taskByHand) }},
	{Name: "by defer, 50000 tasks", Time: func(count int) time.Duration { return batch(count, 50_000, taskByDefer) }},
}

// What all tasks share.
type shared struct {
	inFlight int64
	lock     sync.Mutex
	total    int
}

var taskIsSpoilt = false

// The smallest piece of work that may panic, as far as the compiler can tell.
//
//go:noinline
func taskWork() {
	if taskIsSpoilt {
		panic("never")
	}
}

// Not inlined, neither of the two, so that they differ by the defers and by nothing else.
//
//go:noinline
func taskByHand(s *shared) {
	atomic.AddInt64(&s.inFlight, 1)
	s.lock.Lock()
	taskWork()
	s.total++
	s.lock.Unlock()
	atomic.AddInt64(&s.inFlight, -1)
}

//go:noinline
func taskByDefer(s *shared) {
	atomic.AddInt64(&s.inFlight, 1)
	defer atomic.AddInt64(&s.inFlight, -1)
	s.lock.Lock()
	defer s.lock.Unlock()
	taskWork()
	s.total++
}

// One batch, whatever the number of rounds, and their share of its time.
func batch(count, size int, task func(*shared)) time.Duration {
	s := new(shared)
	var group sync.WaitGroup
	start := time.Now()
	group.Add(size)
	for i := 0; i < size; i++ {
		go func() {
			task(s)
			group.Done()
		}()
	}
	group.Wait()
	elapsed := time.Since(start)
	rounds.Check("the number behind the lock", s.total, size)
	rounds.Check("tasks in flight", int(s.inFlight), 0)
	return time.Duration(float64(elapsed) * float64(count) / float64(size))
}
