//! A copy of the fixture in a folder of its own, and the program run on it.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A small repository with the real `book.toml` and theme.
pub(crate) struct Repository {
    _folder: TempDir,
    root: PathBuf,
}

impl Repository {
    /// In a folder of this name.
    pub(crate) fn new(name: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let root = folder.path().join(name);
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        copy(&here.join("tests/fixture"), &root);
        let book = here.join("../../book");
        fs::copy(book.join("book.toml"), root.join("book/book.toml")).unwrap();
        copy(&book.join("theme"), &root.join("book/theme"));
        Self {
            _folder: folder,
            root,
        }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), content).unwrap();
    }

    /// Runs the program as somebody would who stands in this repository.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    pub(crate) fn build(&self, arguments: &[&str]) -> Output {
        self.run(&[&["build"], arguments].concat())
    }

    /// What a build says that has to fail.
    pub(crate) fn failure(&self, arguments: &[&str]) -> String {
        let run = self.build(arguments);
        let told = text(&run.stderr);
        assert!(!run.status.success(), "this should fail; it said\n{told}");
        told
    }

    /// The book as the command preprocessor hands it back to mdBook.
    pub(crate) fn preprocess(&self) -> String {
        let page = |path: &str| {
            let content = self.read(&format!("book/src/{path}"));
            serde_json::json!({ "Chapter": {
                "name": path, "content": content, "number": null, "sub_items": [],
                "path": path, "source_path": path, "parent_names": [],
            }})
        };
        let pages = [
            "tour/code.md",
            "tour/traces.md",
            "tour/predictions.md",
            "tour/drawings.md",
        ]
        .map(page);
        let input = serde_json::json!([
            { "root": self.path("book"), "config": {}, "renderer": "html", "mdbook_version": "0.5.4" },
            { "items": pages },
        ]);
        let mut child = self
            .command()
            .arg("preprocess")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.to_string().as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        text(&output.stdout)
    }

    /// `cargo book pdf --out OUT`, with `browser.sh` for a browser.
    #[cfg(unix)]
    pub(crate) fn print(&self, out: &str) -> Command {
        let browser = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser.sh");
        let mut command = self.command();
        command.args(["pdf", "--out", out]).env("CHROMIUM", browser);
        command
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
        // Cargo names its own package's folder to tests; this is another repository.
        command
            .env_remove("CARGO_MANIFEST_DIR")
            // A strict build compiles programs: this repository's, and not into our own build.
            .env("CARGO_TARGET_DIR", self.root.join("target"))
            .current_dir(&self.root);
        command
    }
}

/// What a program said.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
