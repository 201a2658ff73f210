package main

import "testing"

// Numbers of rounds that fill a batch, and that do not.
func TestEveryEntryDoesItsRounds(t *testing.T) {
	for _, entry := range entries {
		for _, rounds := range []int{1, batch - 1, batch, 2*batch + 1} {
			if elapsed := entry.time(rounds); elapsed < 0 {
				t.Errorf("%s: %d rounds took %v", entry.name, rounds, elapsed)
			}
		}
	}
}

func BenchmarkRounds(b *testing.B) {
	for _, entry := range entries {
		b.Run(entry.name, func(b *testing.B) { entry.time(b.N) })
	}
}
