//! Every example prints what its `.stdout` file says. The book shows both.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn every_example_prints_what_the_book_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let examples = names(&folder, "rs");
    assert!(!examples.is_empty(), "no example in {}", folder.display());
    assert_eq!(
        examples,
        names(&folder, "stdout"),
        "every NAME.rs in {} needs a NAME.stdout beside it, and no other",
        folder.display()
    );
    for name in examples {
        let file = folder.join(&name).with_extension("stdout");
        let expected = fs::read_to_string(&file).expect("listed above");
        let printed = output_of(&name);
        assert_eq!(
            printed.replace("\r\n", "\n"),
            expected.replace("\r\n", "\n"),
            "the example `{name}` prints something else than {}: correct the code or the file",
            file.display()
        );
    }
}

/// The names, without their extension, of the files in `folder` that end in `extension`.
fn names(folder: &Path, extension: &str) -> BTreeSet<String> {
    fs::read_dir(folder)
        .expect("the crate has examples")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}

/// What an example prints. Through cargo, which knows where it built it and whether it is current.
fn output_of(example: &str) -> String {
    let run = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", example])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        run.status.success(),
        "the example `{example}` failed:\n{}",
        String::from_utf8_lossy(&run.stderr)
    );
    String::from_utf8(run.stdout).expect("examples print UTF-8")
}
