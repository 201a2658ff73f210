// Package rounds answers the Rust harness: how long do so many rounds take?
package rounds

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// An Entry does a number of rounds and returns the time that they took. It stops the clock before it checks the
// result, and panics if the result is wrong.
type Entry struct {
	Name string
	Time func(rounds int) time.Duration
}

// Serve answers each line "ROUNDS ENTRY" by a line with the nanoseconds that the rounds took, until there are no more
// lines. So the harness can time Go and Rust in turns, in the same run, with the same statistics.
func Serve(entries []Entry) {
	requests := bufio.NewScanner(os.Stdin)
	for requests.Scan() {
		number, name, _ := strings.Cut(requests.Text(), " ")
		count, err := strconv.Atoi(number)
		if err != nil {
			fail("%q does not begin with a number of rounds", requests.Text())
		}
		fmt.Println(find(entries, name).Time(count).Nanoseconds())
	}
}

func find(entries []Entry, name string) Entry {
	for _, entry := range entries {
		if entry.Name == name {
			return entry
		}
	}
	fail("there is no entry %q", name)
	return Entry{}
}

func fail(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
	os.Exit(2)
}

// Check panics if a number is not what it should be.
func Check(what string, is, expected int) {
	if is != expected {
		panic(fmt.Sprintf("%s: %d, and should be %d", what, is, expected))
	}
}
