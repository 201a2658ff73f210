// Chapter 5 in Go: numbers one after the other, made by a closure, or by a goroutine at the other end of a channel.
//
//	go test -bench .            # in this directory: Go's own figures
//	cargo bench -p benches --bench 05_lock_free_queues -- stream    # the same rounds beside those in Rust
package main

import (
	"context"
	"fmt"
	"time"

	"unlock-on-drop/benches/rounds"
)

var entries = []rounds.Entry{
	{Name: "closure", Time: byClosure},
	{Name: "channel, no room", Time: func(count int) time.Duration { return byChannel(count, 0) }},
	{Name: "channel, room for 64", Time: func(count int) time.Duration { return byChannel(count, 64) }},
	{Name: "channel, room for 1024", Time: func(count int) time.Duration { return byChannel(count, 1024) }},
	{Name: "ten by closure", Time: tenByClosure},
	{Name: "ten by channel", Time: tenByChannel},
}

func main() { rounds.Serve(entries) }

// The work of a producer: a number that has to do with the one before. Not inlined, so that the compiler does not
// see that it is a sum.
//
//go:noinline
func next(number int) int { return number + 1 }

// closure returns a function that returns the next number, and whether there was one.
func closure(count int) func() (int, bool) {
	last := 0
	return func() (int, bool) {
		if last == count {
			return 0, false
		}
		last = next(last)
		return last, true
	}
}

// channel starts a goroutine that sends the numbers until there are no more, or until nobody wants any more.
func channel(done context.Context, count, capacity int) <-chan int {
	items := make(chan int, capacity)
	go func() {
		defer close(items)
		last := 0
		for last != count {
			last = next(last)
			select {
			case items <- last:
			case <-done.Done():
				return
			}
		}
	}()
	return items
}

func byClosure(count int) time.Duration {
	start := time.Now()
	total := 0
	items := closure(count)
	for item, ok := items(); ok; item, ok = items() {
		total += item
	}
	elapsed := time.Since(start)
	rounds.Check("the sum", total, count*(count+1)/2)
	return elapsed
}

func byChannel(count, capacity int) time.Duration {
	start := time.Now()
	total := 0
	for item := range channel(context.Background(), count, capacity) {
		total += item
	}
	elapsed := time.Since(start)
	rounds.Check(fmt.Sprintf("the sum, through a channel with room for %d", capacity), total, count*(count+1)/2)
	return elapsed
}

// Ten numbers of a stream that has no end.

func tenByClosure(streams int) time.Duration {
	start := time.Now()
	total := 0
	for i := 0; i < streams; i++ {
		items := closure(-1)
		for taken := 0; taken < 10; taken++ {
			item, _ := items()
			total += item
		}
	}
	elapsed := time.Since(start)
	rounds.Check("the sum of all tens", total, 55*streams)
	return elapsed
}

func tenByChannel(streams int) time.Duration {
	start := time.Now()
	total := 0
	for i := 0; i < streams; i++ {
		total += tenOfAChannel()
	}
	elapsed := time.Since(start)
	rounds.Check("the sum of all tens", total, 55*streams)
	return elapsed
}

func tenOfAChannel() (total int) {
	done, cancel := context.WithCancel(context.Background())
	items := channel(done, -1, 64)
	for taken := 0; taken < 10; taken++ {
		total += <-items
	}
	cancel()
	for range items {
		// What is still in there; the channel is closed when the goroutine has ended.
	}
	return total
}
