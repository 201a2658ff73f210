package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Answers each line "ROUNDS ENTRY" by a line with the nanoseconds that the rounds took. So the Rust harness can
// time Go and Rust in turns, in the same run, with the same statistics.
func main() {
	requests := bufio.NewScanner(os.Stdin)
	for requests.Scan() {
		number, name, _ := strings.Cut(requests.Text(), " ")
		rounds, err := strconv.Atoi(number)
		if err != nil {
			fail("%q does not begin with a number of rounds", requests.Text())
		}
		fmt.Println(find(name)(rounds).Nanoseconds())
	}
}

func find(name string) func(rounds int) time.Duration {
	for _, entry := range entries {
		if entry.name == name {
			return entry.time
		}
	}
	fail("there is no entry %q", name)
	return nil
}

func fail(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
	os.Exit(2)
}
