# The menu of everyday commands. Every recipe is one or two cargo commands: without `just`, type those.

set windows-shell := ["powershell.exe", "-NoLogo", "-Command"]

# Lists the menu.
_default:
    @{{ just_executable() }} --list --unsorted

# Builds the book and serves it on this machine.
book *ARGS:
    cargo book {{ ARGS }}

# Tests every solution, and the tools.
test:
    cargo test

# Runs an exercise's tests whenever you save; the next one, if none is named.
watch *ARGS:
    cargo workbook watch {{ ARGS }}

# Checks one exercise, for example: just check spin_lock
check NAME:
    cargo workbook check {{ NAME }}

# Proves that starters fail, solutions pass and every known wrong solution is caught.
verify *ARGS:
    cargo workbook verify {{ ARGS }}

# Holds the explorer against its oracles on programs that nobody has thought of, for example: just differ 7 20000
differ $SEED $PROGRAMS:
    cargo test --release -p explorer --test differential -- --ignored goes_on --nocapture

# Runs one chapter's benchmarks, for example: just bench 02_mutex_guards --features mine
bench CHAPTER *ARGS:
    cargo bench -p benches --bench {{ CHAPTER }} {{ ARGS }}

# Records the figures and tables of the book; stop it and it goes on later. Let the machine rest. Yours: just record --mine
record *ARGS:
    cargo run --release -p record -- {{ ARGS }}

# Formats the code.
fmt:
    cargo fmt --all

# Looks for what clippy would change. Warnings fail, as they do in CI.
lint:
    cargo clippy --workspace --all-targets -- --deny warnings

# Everything that CI runs.
ci:
    bash .ci/run
