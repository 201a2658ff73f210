package main

import "testing"

func TestEveryEntryDoesItsRounds(t *testing.T) {
	for _, entry := range entries {
		for _, count := range []int{1, 100, 2001} {
			if elapsed := entry.Time(count); elapsed < 0 {
				t.Errorf("%s: %d rounds took %v", entry.Name, count, elapsed)
			}
		}
	}
}

func BenchmarkRounds(b *testing.B) {
	for _, entry := range entries {
		b.Run(entry.Name, func(b *testing.B) { entry.Time(b.N) })
	}
}
