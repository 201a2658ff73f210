// The measured answer in Go: what a defer costs, beside guards in Rust.
//
//	go test -bench .            # in this directory: Go's own figures
//	cargo bench -p benches --bench the_measured_answer    # the same rounds beside those in Rust
package main

import "unlock-on-drop/benches/rounds"

// What each file contributes.
var entries = concat(
	tasks,
)

func main() { rounds.Serve(entries) }

func concat(lists ...[]rounds.Entry) (all []rounds.Entry) {
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}
