//! Builds a small repository that uses everything, and broken ones, with the program itself.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{Repository, text};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;

#[test]
fn the_fixture_builds_without_a_warning() {
    let repository = Repository::new("repository");
    let run = repository.build(&["--strict", "--out", "out"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    assert!(text(&run.stdout).is_empty(), "progress belongs on stderr");
    assert!(text(&run.stderr).contains("6 pages built"));
}

#[test]
fn a_path_may_have_spaces() {
    let repository = Repository::new("a repository with spaces");
    let run = repository.build(&["--strict", "--out", "the pages"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    assert!(repository.read("the pages/index.html").contains("quokka"));
}

#[test]
fn pages_hold_what_they_ask_for() {
    let repository = Repository::new("repository");
    assert!(repository.build(&["--out", "out"]).status.success());
    let code = repository.read("out/tour/code.html");
    for part in [
        "<figcaption><code>exercises/01_locks/01_flag/src/flag.rs</code></figcaption>",
        "pub fn publish(&amp;self, value: u32)",
        "A flag that publishes",
        "cargo test -p flag",
        "about 10 minutes",
        "<summary>Hint 3 · The shape of the code</summary>",
        "drops b\ndrops a",
        "{{#listing path}}",
    ] {
        assert!(code.contains(part), "no {part} in\n{code}");
    }
    assert!(!code.contains("ANCHOR"), "anchor lines are not shown");
    let traces = repository.read("out/tour/traces.html");
    for part in [
        "<strong>The flag is raised with <code>Relaxed</code>.</strong>",
        "<code>solutions/01_locks/01_flag/pitfalls/relaxed_store.patch</code>",
        "<span class=\"spoken\">removed: </span><del>",
        "self.ready.store(true, Ordering::Release);",
        "<span class=\"spoken\">added: </span><ins>",
        "<p class=\"lesson\">A flag that is not raised",
        "Data race on value",
        "<th scope=\"col\">writer</th>",
        "line 20 · reads row 3",
        "rows 5 to 6: the row above, 2 times more",
        "<strong>fails here</strong>",
        "<strong>raised, with no <code>Release</code></strong>",
        "needs Release",
        "aria-label=\"Source: exercises/01_locks/01_flag/tests/tiers/models.rs\"",
    ] {
        assert!(traces.contains(part), "no {part} in\n{traces}");
    }
    let tour = repository.read("out/tour/index.html");
    for part in [
        "Reading: 1 min",
        "<td>1.1</td><td><a href=\"../tour/code.html\">Code</a></td>",
        "<td>10 min</td>",
        "13 min of 1 h.",
    ] {
        assert!(tour.contains(part), "no {part} in\n{tour}");
    }
    let predictions = repository.read("out/tour/predictions.html");
    for part in [
        "data-kind=\"one\"",
        "Which sum is the <em>last</em>?",
        "<summary>The answer</summary>",
        "<li>drops a</li>\n\n<li>drops b</li>",
        "panic!",
    ] {
        assert!(predictions.contains(part), "no {part} in\n{predictions}");
    }
    let drawings = repository.read("out/tour/drawings.html");
    for part in [
        "spin lock, guard: 4.1 ns (4 to 4.4)",
        "× 0.79",
        "Example CPU at 2.4 GHz, 2 cores, Linux 6.12, parking_lot 0.13.0",
        "µs, logarithmic",
        "Two threads at work. Flame graph of 40 samples: main 100 %, which calls [",
        "<th scope=\"row\"><code>locks::Lock::lock</code></th><td>75 %</td>",
        "So 2.00 processors were busy. Recorded 2026-11-21 on Example CPU",
        "How a lock and its unlock grow with the threads, ns, over threads. std Mutex, by hand: 12 at 1,",
        "Ratios, ratio, over threads. std Mutex, by guard: 1 at 1,",
        "by hand: 5.18 ns, half of 30 samples between",
        "1 of 90 samples lie beyond the ends",
        "<th scope=\"row\">spin lock</th><td class=\"number\">14</td>",
        "Count it on yours: <code>cargo run --release -p benches --bin instructions</code>",
        "A lost update: Ann: reads 0;",
        "The states of a lock",
    ] {
        assert!(drawings.contains(part), "no {part} in\n{drawings}");
    }
}

#[test]
fn chapters_and_pages_count_as_their_names_do() {
    let repository = Repository::new("repository");
    repository.write("book/src/00_first/README.md", "# First\n");
    repository.write("book/src/01_second/README.md", "# Second\n");
    repository.write("book/src/01_second/00_rules.md", "# Rules\n");
    repository.write("book/src/01_second/01_use.md", "# Use\n");
    let summary = "# Summary\n\n- [First](00_first/README.md)\n  - [A tour](index.md)\n- [Second](01_second/README.md)\n  - \
                   [Rules](01_second/00_rules.md)\n  - [Use](01_second/01_use.md)\n- [Code](tour/code.md)\n";
    repository.write("book/src/SUMMARY.md", summary);
    repository.write("book/src/index.md", "# A tour\n");
    let run = repository.build(&["--out", "out"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    let contents = repository.read("out/toc.html");
    for number in ["0.", "0.1.", "1.", "1.0.", "1.1.", "2."] {
        let number = format!("<strong aria-hidden=\"true\">{number}</strong>");
        assert!(contents.contains(&number), "no {number} in\n{contents}");
    }
}

#[test]
fn hints_and_answers_are_on_the_page_and_not_in_the_search() {
    let repository = Repository::new("repository");
    assert!(repository.build(&["--out", "out"]).status.success());
    assert!(repository.read("out/tour/code.html").contains("marzipan"));
    let index = fs::read_dir(repository.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("searchindex"))
        .expect("there is a search index");
    let index = fs::read_to_string(index).unwrap();
    assert!(index.contains("quokka"), "the search knows the pages");
    assert!(!index.contains("marzipan"), "the search tells a hint");
    assert!(!index.contains("wallabi"), "the search tells an answer");
    assert!(!index.contains("pangolin"), "the search tells a debrief");
}

#[test]
fn the_debrief_is_folded_to_the_end_of_the_page() {
    let repository = Repository::new("repository");
    assert!(repository.build(&["--out", "out"]).status.success());
    let page = repository.read("out/tour/code.html");
    let (before, rest) = page.split_once("<details class=\"debrief\">").unwrap();
    assert!(
        before.contains("<h2 id=\"debrief\">"),
        "the heading can be seen"
    );
    assert!(before.contains("Reading: 1 min · Solving: 10 min · Debrief: 1 min"));
    let (behind, way_on) = rest.split_once("<strong>Next:</strong>").unwrap();
    for part in [
        "<summary>When yours is green",
        "pangolin",
        "<h2 id=\"include\">",
    ] {
        assert!(behind.contains(part), "no {part} in\n{behind}");
    }
    assert!(behind.contains("</details>"), "{way_on}");
}

#[test]
fn the_command_preprocessor_puts_everything_in_place() {
    let repository = Repository::new("repository");
    let pages = repository.preprocess();
    for part in [
        "A flag that publishes",
        "Data race on value",
        "figure class",
    ] {
        assert!(pages.contains(part), "no {part} in\n{pages}");
    }
}

/// What the reader has recorded stands beside ours; a reader who has not sees nothing of it.
#[test]
fn my_own_recording_stands_beside_ours() {
    let repository = Repository::new("repository");
    assert!(
        !repository.preprocess().contains("Diamond: yours"),
        "nobody has recorded anything"
    );
    for data in [
        "figures/01_locks/guard_or_manual.json",
        "tables/01_locks/counted.json",
    ] {
        let ours = repository.read(&format!("book/data/{data}"));
        let yours = ours.replace("\"2026-11-", "\"2031-12-");
        repository.write(&format!("book/data/mine/{data}"), yours);
    }
    let pages = repository.preprocess();
    for part in [
        "Diamond: yours, recorded 2031-12-",
        ", yours × ",
        "yours: ratio (interval)",
        "Recorded 2031-12-21 on A processor",
    ] {
        assert!(pages.contains(part), "no {part} in\n{pages}");
    }
}

/// `mdbook build` is this library with a command line, and runs the preprocessor as a command.
#[test]
fn mdbook_gives_the_same_files() {
    let repository = Repository::new("repository");
    assert!(repository.build(&["--out", "ours"]).status.success());
    let book = repository.path("book");
    let mut config = Config::from_disk(book.join("book.toml")).unwrap();
    let program = env!("CARGO_BIN_EXE_book").replace('\\', "/");
    config
        .set(
            "preprocessor.workbook.command",
            format!("'{program}' preprocess"),
        )
        .unwrap();
    config.build.build_dir = repository.path("theirs");
    MDBook::load_with_config(&book, config)
        .unwrap()
        .build()
        .unwrap();

    let mut ours = files(&repository.path("ours"));
    assert!(
        ours.remove(".cargo-book").is_some(),
        "the mark of our own builds"
    );
    let theirs = files(&repository.path("theirs"));
    assert!(ours.contains_key("tour/code.html"));
    assert!(ours.keys().eq(theirs.keys()), "other files");
    for (path, bytes) in &ours {
        // Only we take the debriefs out of the search: that comes after the rendering.
        assert!(
            theirs[path] == *bytes || path.starts_with("searchindex"),
            "{path} differs"
        );
    }
}

/// All files below `folder`, by their path in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let within = files(&entry.path()).into_iter();
            found.extend(within.map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
        } else {
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    found
}

#[test]
fn a_port_in_use_is_told() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = Repository::new("repository").run(&["--port", &port]);
    assert!(!run.status.success());
    let told = text(&run.stderr);
    assert!(told.contains(&port) && told.contains("--port"), "{told}");
}
