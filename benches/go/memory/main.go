// What a generator takes from Go's allocator: a thousand items of 4 KiB, by a closure, and through channels.
//
//	go run ./memory    # in benches/go; the Rust program asks it, too: cargo run --release -p bench-counts --bin memory
//
// For each it prints a line: the name, how many allocations there were, and how many bytes were in use at most,
// separated by tabs. Garbage is not in use: the collector runs before each look.
package main

import (
	"fmt"
	"runtime"
)

const (
	items = 1000
	size  = 4096
)

func item(number int) []byte {
	bytes := make([]byte, size)
	bytes[0] = byte(number)
	return bytes
}

// byClosure makes each item when it is asked for, and shows it to each.
func byClosure(each func([]byte)) {
	number := 0
	next := func() []byte {
		if number == items {
			return nil
		}
		number++
		return item(number)
	}
	for it := next(); it != nil; it = next() {
		each(it)
	}
}

func byChannel(capacity int) func(each func([]byte)) {
	return func(each func([]byte)) {
		made := make(chan []byte, capacity)
		go func() {
			defer close(made)
			for number := 1; number <= items; number++ {
				made <- item(number)
			}
		}()
		for it := range made {
			each(it)
		}
	}
}

// allocations counts those of one run, whose first has made what is made once.
func allocations(run func(each func([]byte))) uint64 {
	count := func() uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		seen := 0
		run(func([]byte) { seen++ })
		runtime.ReadMemStats(&after)
		if seen != items {
			panic(fmt.Sprintf("%d items, and should be %d", seen, items))
		}
		return after.Mallocs - before.Mallocs
	}
	count()
	return count()
}

// peak looks at each item how much is in use, and returns the most.
func peak(run func(each func([]byte))) uint64 {
	var stats runtime.MemStats
	inUse := func() uint64 {
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before, most := inUse(), uint64(0)
	run(func(it []byte) {
		if now := inUse(); now > before+most {
			most = now - before
		}
		runtime.KeepAlive(it)
	})
	return most
}

func main() {
	for _, generator := range []struct {
		name string
		run  func(each func([]byte))
	}{
		{"closure", byClosure},
		{"channel, no room", byChannel(0)},
		{"channel, room for 64", byChannel(64)},
		{"channel, room for 1024", byChannel(1024)},
	} {
		fmt.Printf("%s\t%d\t%d\n", generator.name, allocations(generator.run), peak(generator.run))
	}
}
