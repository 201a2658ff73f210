//! Go: `benches/go/CHAPTER` is a package of the module in `benches/go`.

use std::env;
use std::process::Command;

use super::{Elsewhere, Program, ask, compile, left_out, sources, temporary_dir};

pub(super) fn find(chapter: &str) -> Option<Elsewhere> {
    let Some(version) = version() else {
        left_out("Go", "there is no `go` here (https://go.dev/dl)");
        return None;
    };
    let chapter = chapter.to_owned();
    Some(Elsewhere::new("Go", "go", version, move || build(&chapter)))
}

fn version() -> Option<String> {
    let version = ask(Command::new("go").args(["env", "GOVERSION"]))?;
    Some(version.strip_prefix("go")?.to_owned())
}

fn build(chapter: &str) -> Program {
    let dir = temporary_dir();
    let program = dir
        .path()
        .join("rounds")
        .with_extension(env::consts::EXE_EXTENSION);
    let mut go = Command::new("go");
    go.current_dir(sources("go"));
    go.arg("build").arg("-o").arg(&program);
    go.arg(format!("./{chapter}"));
    compile(&mut go, &format!("benches/go/{chapter}"));
    Program {
        command: program.into(),
        arguments: Vec::new(),
        _dir: dir,
    }
}
