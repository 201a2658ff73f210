//! What a build writes takes the place of what an earlier build has written, whole, and of nothing else.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;

use common::{Repository, text};

/// Every file below `folder` with its content, and the empty folders.
fn everything(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        if path.is_dir() {
            found.insert(name, Vec::new());
            found.extend(everything(&path));
        } else {
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

/// Builds into `out` and expects to be refused, with `problem`, and to leave everything as it is.
#[track_caller]
fn refused(repository: &Repository, out: &str, problem: &str) {
    let before = everything(repository.path(".").as_path());
    let told = repository.failure(&["--out", out]);
    assert!(told.contains(problem), "no `{problem}` in\n{told}");
    let after = everything(repository.path(".").as_path());
    assert!(before == after, "{out}: something was changed");
}

#[test]
fn a_folder_with_other_files_is_left_alone() {
    let repository = Repository::new("repository");
    refused(&repository, ".", "holds files that no build has put there");
    refused(&repository, "book/src", "SUMMARY.md");
    repository.write("notes.txt", "mine");
    refused(&repository, "notes.txt", "is no folder");
    // Like mdBook's, but not ours.
    repository.write("other/.nojekyll", "");
    repository.write("other/toc.html", "");
    refused(&repository, "other", ".nojekyll");
}

#[test]
fn an_earlier_build_is_replaced_and_nothing_is_left_beside_it() {
    let repository = Repository::new("repository");
    repository.write("pages/.DS_Store", "a window's place");
    fs::remove_file(repository.path("pages/.DS_Store")).unwrap();
    assert!(repository.build(&["--out", "pages"]).status.success());
    repository.write("pages/.DS_Store", "a window's place");
    repository.write("book/src/index.md", "# Another edition\n");
    assert!(repository.build(&["--out", "pages"]).status.success());
    assert!(
        repository
            .read("pages/index.html")
            .contains("Another edition")
    );
    let beside: Vec<String> = fs::read_dir(repository.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("pages"))
        .collect();
    assert_eq!(beside, ["pages"]);
}

#[test]
fn a_published_folder_is_left_alone() {
    let repository = Repository::new("repository");
    assert!(repository.build(&["--out", "pages"]).status.success());
    repository.write("pages/CNAME", "example.org");
    repository.write("pages/tour/notes.md", "mine");
    refused(
        &repository,
        "pages",
        "holds files that no build has put there (",
    );
    fs::remove_file(repository.path("pages/CNAME")).unwrap();
    refused(
        &repository,
        "pages",
        "(tour/notes.md); building would delete them",
    );
    fs::remove_file(repository.path("pages/tour/notes.md")).unwrap();
    fs::create_dir(repository.path("pages/drafts")).unwrap();
    refused(&repository, "pages", "(drafts)");
    fs::remove_dir(repository.path("pages/drafts")).unwrap();
    fs::create_dir(repository.path("pages/.git")).unwrap();
    refused(&repository, "pages", "is a git repository");
    fs::remove_dir(repository.path("pages/.git")).unwrap();
    assert!(repository.build(&["--out", "pages"]).status.success());
}

#[test]
fn the_folder_that_the_book_names_needs_no_mark_and_may_be_no_repository() {
    let repository = Repository::new("repository");
    repository.write("target/book/index.html", "by plain mdbook");
    assert!(repository.build(&[]).status.success());
    repository.write("target/book/.git", "gitdir: elsewhere");
    let told = repository.failure(&[]);
    assert!(told.contains("is a git repository"), "{told}");
}

#[test]
fn the_folder_one_is_in_is_left_alone() {
    let repository = Repository::new("repository");
    assert!(repository.build(&["--out", "pages"]).status.success());
    let run = repository
        .command()
        .current_dir(repository.path("pages"))
        .args(["build", "--out", "."])
        .output()
        .unwrap();
    let told = text(&run.stderr);
    assert!(
        !run.status.success() && told.contains("go elsewhere"),
        "{told}"
    );
}

#[test]
fn a_folder_of_others_that_is_named_like_ours_is_left_alone() {
    let repository = Repository::new("repository");
    repository.write("pages.being-built/new/thesis.txt", "mine");
    refused(&repository, "pages", "pages.being-built is in the way");
}

#[test]
fn a_build_that_fails_leaves_the_pages_that_were_there() {
    let repository = Repository::new("repository");
    assert!(repository.build(&["--out", "pages"]).status.success());
    let before = everything(&repository.path("pages"));
    repository.write("book/src/index.md", "# Page\n\n[x](none.md)\n");
    repository.failure(&["--out", "pages", "--strict"]);
    repository.write("book/src/index.md", "# Page\n\n{{#listing none.rs}}\n");
    repository.failure(&["--out", "pages"]);
    repository.write("book/src/SUMMARY.md", "# Summary\n");
    let told = repository.failure(&["--out", "pages"]);
    assert!(told.contains("SUMMARY.md:1: it lists no page"), "{told}");
    assert!(before == everything(&repository.path("pages")));
    assert!(!repository.path("pages.being-built").exists());
}

#[test]
fn what_was_moved_away_by_a_build_that_was_ended_is_put_back() {
    let repository = Repository::new("repository");
    assert!(repository.build(&["--out", "pages"]).status.success());
    let before = everything(&repository.path("pages"));
    // Windows, and some file systems, take two steps to exchange folders: this is what it looks like between them.
    repository.write("pages.being-built/cargo-book.lock", "");
    repository.write("pages.being-built/new/index.html", "not all of it");
    let away = repository.path("pages.being-built/old");
    fs::rename(repository.path("pages"), away).unwrap();
    repository.write("book/src/index.md", "# Page\n\n{{#listing none.rs}}\n");
    let told = repository.failure(&["--out", "pages"]);
    assert!(told.contains("put back"), "{told}");
    assert!(before == everything(&repository.path("pages")));
    assert!(!repository.path("pages.being-built").exists());
}

#[test]
fn two_builds_at_once_come_one_after_the_other() {
    let repository = Repository::new("repository");
    thread::scope(|scope| {
        let builds: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| repository.build(&["--strict"])))
            .collect();
        for build in builds {
            let run = build.join().unwrap();
            assert!(run.status.success(), "{}", text(&run.stderr));
        }
    });
    assert!(repository.read("target/book/index.html").contains("quokka"));
    assert!(!repository.path("target/book.being-built").exists());
}

/// A file that may grow no further is what a full disk is, to the program that writes it.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_pages_that_were_there() {
    let repository = Repository::new("repository");
    assert!(repository.build(&["--out", "pages"]).status.success());
    let before = everything(&repository.path("pages"));
    let full = |kilobytes: u32| {
        // In blocks of 512 bytes. The signal ends a process that does not ignore it.
        let limited = format!(
            "trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"",
            2 * kilobytes
        );
        let mut command = std::process::Command::new("sh");
        command.args([
            "-c",
            &limited,
            env!("CARGO_BIN_EXE_book"),
            "build",
            "--out",
            "pages",
        ]);
        let run = command
            .env_remove("CARGO_MANIFEST_DIR")
            .current_dir(repository.path("."))
            .output()
            .unwrap();
        assert!(!run.status.success(), "{kilobytes} kB should not do");
        text(&run.stderr)
    };
    for kilobytes in [0, 10, 100] {
        let told = full(kilobytes);
        assert!(
            told.contains("error:") && !told.contains("panicked"),
            "{told}"
        );
        assert!(
            before == everything(&repository.path("pages")),
            "{kilobytes} kB"
        );
        assert!(
            !repository.path("pages.being-built").exists(),
            "{kilobytes} kB"
        );
    }
    assert!(repository.build(&["--out", "pages"]).status.success());
}

/// What is said on the way is said to nobody, and the pages are built.
#[cfg(target_os = "linux")]
#[test]
fn nobody_has_to_hear() {
    let repository = Repository::new("repository");
    for arguments in [["build", "--out", "pages"], ["build", "--out", "book"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = repository.command();
        command
            .args(arguments)
            .stderr(full.try_clone().unwrap())
            .stdout(full);
        let code = command.status().unwrap().code();
        assert_eq!(
            code,
            Some(i32::from(arguments[2] == "book")),
            "{arguments:?}"
        );
    }
    assert!(repository.path("pages/index.html").is_file());
}

/// What was said, if printing `book.pdf` has failed.
#[cfg(unix)]
fn print(repository: &Repository) -> Result<(), String> {
    let run = repository.print("book.pdf").output().unwrap();
    match run.status.success() {
        true => Ok(()),
        false => Err(text(&run.stderr)),
    }
}

#[cfg(unix)]
#[test]
fn a_pdf_replaces_one_that_was_printed_and_no_other_file() {
    let repository = Repository::new("repository");
    repository.write("book.pdf", "my thesis");
    let told = print(&repository).unwrap_err();
    assert!(
        told.contains("was not printed by `cargo book pdf`"),
        "{told}"
    );
    assert_eq!(repository.read("book.pdf"), "my thesis");
    fs::remove_file(repository.path("book.pdf")).unwrap();
    print(&repository).unwrap();
    repository.write("book/src/index.md", "# Another edition\n");
    print(&repository).unwrap();
    let printed = repository.read("book.pdf");
    assert!(printed.contains("Another edition"));
    // As a program does that writes notes into it.
    let noted = format!("{printed}a note\nstartxref\n99\n%%EOF\n");
    repository.write("book.pdf", &noted);
    print(&repository).unwrap_err();
    assert_eq!(repository.read("book.pdf"), noted);
}

#[cfg(unix)]
#[test]
fn printing_that_fails_leaves_the_pdf_that_was_there() {
    let repository = Repository::new("repository");
    print(&repository).unwrap();
    let before = repository.read("book.pdf");
    for (browser, problem) in [
        ("fails", "printed nothing (exit status: 1)"),
        ("nothing", "printed nothing (exit status: 0)"),
        ("half", "what was printed is no whole PDF"),
    ] {
        let run = repository
            .print("book.pdf")
            .env("BROWSER", browser)
            .output()
            .unwrap();
        let told = text(&run.stderr);
        assert!(told.contains(problem), "no `{problem}` in\n{told}");
        assert!(before == repository.read("book.pdf"), "{problem}");
    }
    repository.write("book/src/index.md", "# Page\n\n{{#listing none.rs}}\n");
    print(&repository).unwrap_err();
    assert!(before == repository.read("book.pdf"));
    assert!(!repository.path("book.pdf.being-built").exists());
}

/// A file stands where a folder would have to be made: that is no more to be written in than a read-only checkout, of
/// which the user of a container, who may write everywhere, would not notice anything.
#[cfg(unix)]
#[test]
fn a_place_that_cannot_be_written_in_is_told_before_anything_is_printed() {
    let repository = Repository::new("repository");
    repository.write("target", "a file");
    let run = repository.print("target/book.pdf").output().unwrap();
    let told = text(&run.stderr);
    assert!(
        told.contains("cannot write in") && told.contains("name another place with --out"),
        "{told}"
    );
    assert!(!told.contains("printing"), "{told}");
}
