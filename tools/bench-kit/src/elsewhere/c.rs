//! C: all of `benches/c/CHAPTER`, with `benches/c/rounds`, is one program.

use std::env;
use std::process::Command;

use cc::Tool;
use tempfile::TempDir;

use super::{Elsewhere, Program, ask, compile, files, left_out, sources, temporary_dir};

pub(super) fn find(chapter: &str) -> Option<Elsewhere> {
    if cfg!(target_env = "msvc") {
        // Nor would there be a pthread mutex.
        left_out("C", "MSVC's has no attribute `cleanup`");
        return None;
    }
    let dir = temporary_dir();
    let compiler = compiler(&dir);
    let version = compiler.as_ref().and_then(version);
    let (Some(compiler), Some(version)) = (compiler, version) else {
        left_out(
            "C",
            "there is no compiler for it here (https://gcc.gnu.org)",
        );
        return None;
    };
    let family = family(&compiler);
    let chapter = chapter.to_owned();
    let build = move || build(&chapter, &compiler, dir);
    Some(Elsewhere::new("C", family, version, build))
}

/// The platform's compiler and how we call it, or the one that the environment asks for, as in any build script.
fn compiler(dir: &TempDir) -> Option<Tool> {
    cc::Build::new()
        .cargo_metadata(false)
        .cargo_warnings(false)
        .cargo_debug(false)
        .emit_rerun_if_env_changed(false)
        .target(target_triple::TARGET)
        .host(target_triple::TARGET)
        .out_dir(dir)
        .opt_level(2)
        .debug(false)
        .pic(false) // a program, and no library
        .extra_warnings(true)
        .std("gnu11")
        .flag("-pthread")
        // So that what has to be cleaned up is cleaned up also when an exception from elsewhere passes, or when a
        // thread is cancelled. That makes landing pads, as in Rust, and leaves the way without exceptions as it is.
        .flag("-fexceptions")
        .try_get_compiler()
        .ok()
}

fn family(compiler: &Tool) -> &'static str {
    if compiler.is_like_clang() {
        "clang"
    } else {
        "gcc"
    }
}

/// `None` if the compiler is not there: that it has a name does not mean that it is.
fn version(compiler: &Tool) -> Option<String> {
    // What clang says to one question, gcc says in full to another.
    let question = match family(compiler) {
        "gcc" => "-dumpfullversion",
        _ => "-dumpversion",
    };
    // Without the flags, which are for compiling.
    ask(Command::new(compiler.path()).arg(question))
}

fn build(chapter: &str, compiler: &Tool, dir: TempDir) -> Program {
    let program = dir
        .path()
        .join("rounds")
        .with_extension(env::consts::EXE_EXTENSION);
    let sources = sources("c");
    let (rounds, entries) = (sources.join("rounds"), sources.join(chapter));
    let mut cc = compiler.to_command();
    cc.arg("-I").arg(&rounds);
    cc.args(files(&[rounds, entries], "c"));
    cc.arg("-o").arg(&program);
    compile(&mut cc, &format!("benches/c/{chapter}"));
    Program {
        command: program.into(),
        arguments: Vec::new(),
        _dir: dir,
    }
}
