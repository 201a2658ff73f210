//! Java: `benches/java/CHAPTER` has the class `Entries` with the rounds, `benches/java/rounds` what answers.

use std::process::Command;

use super::{Elsewhere, Program, ask, compile, files, left_out, sources, temporary_dir};

/// No method of `Entries` is inlined: neither the rounds nor the work in them. That is what `go:noinline`, `noinline`
/// and `inline(never)` do for those in Go, C and Rust. Methods of other classes may be.
const NOT_INLINED: [&str; 2] = [
    "-XX:CompileCommand=quiet",
    "-XX:CompileCommand=dontinline,Entries::*",
];

pub(super) fn find(chapter: &str) -> Option<Elsewhere> {
    let Some(version) = version() else {
        let why = "there is no JDK of version 9 or later here (https://adoptium.net)";
        left_out("Java", why);
        return None;
    };
    let chapter = chapter.to_owned();
    let build = move || build(&chapter);
    Some(Elsewhere::new("Java", "java", version, build))
}

/// The version of the compiler, if there is a machine to run what it compiles.
fn version() -> Option<String> {
    ask(Command::new("java").arg("-version"))?;
    let version = ask(Command::new("javac").arg("-version"))?;
    Some(version.strip_prefix("javac ")?.to_owned())
}

fn build(chapter: &str) -> Program {
    let dir = temporary_dir();
    let sources = sources("java");
    let mut javac = Command::new("javac");
    javac.arg("-d").arg(dir.path());
    javac.args(files(
        &[sources.join("rounds"), sources.join(chapter)],
        "java",
    ));
    compile(&mut javac, &format!("benches/java/{chapter}"));
    let mut arguments = Vec::from(NOT_INLINED.map(Into::into));
    arguments.extend(["-cp".into(), dir.path().into(), "Entries".into()]);
    Program {
        command: "java".into(),
        arguments,
        _dir: dir,
    }
}
