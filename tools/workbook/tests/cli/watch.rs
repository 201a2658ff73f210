//! `watch`, in a pipe and in a terminal.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::workbook::{EXERCISE, SOLUTION, Workbook, command_with};

/// The machine may be busy, and a test is compiled.
const PATIENCE: Duration = Duration::from_secs(90);

fn source() -> String {
    format!("{EXERCISE}/src/latch.rs")
}

fn watch(workbook: &Workbook) -> Command {
    let mut watch = Command::new(env!("CARGO_BIN_EXE_workbook"));
    watch
        .args(["watch", "latch"])
        .current_dir(&workbook.root)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    watch
}

/// A loop that runs, and what it has said so far.
struct Loop {
    child: Child,
    said: Arc<Mutex<Vec<u8>>>,
    /// What was found already.
    read: usize,
}

impl Loop {
    fn of(child: Child, mut out: impl Read + Send + 'static) -> Self {
        let said = Arc::new(Mutex::new(Vec::new()));
        let writer = Arc::clone(&said);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(n @ 1..) = out.read(&mut bytes) {
                writer.lock().unwrap().extend_from_slice(&bytes[..n]);
            }
        });
        Self {
            child,
            said,
            read: 0,
        }
    }

    /// Waits until it says `text`, after all that was found before.
    fn says(&mut self, text: &str) {
        let began = Instant::now();
        loop {
            let said = String::from_utf8_lossy(&self.said.lock().unwrap()).into_owned();
            if let Some(at) = said[self.read..].find(text) {
                self.read += at + text.len();
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "no {text:?} in\n{}",
                &said[self.read..]
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn ends(&mut self) -> Option<i32> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(began.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One test for all that happens to a learner: each step compiles only what it changed.
#[test]
fn watch_follows_what_is_saved() {
    let workbook = Workbook::new();
    let solution = workbook.read(&format!("{SOLUTION}/src/latch.rs"));
    let mut child = watch(&workbook)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keys = child.stdin.take().unwrap();
    let out = child.stdout.take().unwrap();
    let mut watch = Loop::of(child, out);
    watch.says("3 tests come to a `todo!`");
    watch.says("waiting for you to save");

    for (key, answer) in [
        ("h", "1 · A question"),
        ("hint", "2 · A direction"),
        ("h", "3 · The shape of the code"),
        ("h", "1 · A question"),
        ("l", "0 of 1"),
        ("p", "has no page"),
        ("t", "nothing to step through"),
        ("d", "shown once it is green"),
        ("n", "no other that is left"),
        ("?", "q  quit"),
    ] {
        writeln!(keys, "{key}").unwrap();
        watch.says(answer);
    }

    // A model that fails in a schedule has a page, which the book draws.
    workbook.write(&source(), solution.replace("open(&mut self.open);", ""));
    watch.says("✗ models::opens_in_every_schedule");
    watch.says("t trace");
    writeln!(keys, "t").unwrap();
    watch.says("Drawing the trace");
    watch.says("/my%20workbook/target/workbook/check/latch/trace.html");

    // A known wrong solution, and one test of it.
    let wrong = solution.replace("let _ = mem::replace(latch, true);", "*latch = !*latch;");
    workbook.write(&source(), &wrong);
    watch.says("✗ behaviour::opening_twice_is_opening");
    watch.says("waiting for you to save");
    writeln!(keys, "o").unwrap();
    watch.says("only behaviour::opening_twice_is_opening");
    // It passes, and so all the others run as well. Saved twice, and written beside and renamed.
    workbook.write(&source(), "pub struct Half {");
    thread::sleep(Duration::from_millis(150));
    workbook.write("latch.new", &solution);
    std::fs::rename(
        workbook.root.join("latch.new"),
        workbook.root.join(source()),
    )
    .unwrap();
    watch.says("latch: 5 tests passed.");
    watch.says("An ordering is stronger here");

    workbook.write(&source(), solution.replace("self.open\n", "self.opn\n"));
    watch.says("unknown field");
    watch.says("latch does not compile");

    let path = workbook.root.join(source());
    std::fs::remove_file(&path).unwrap();
    watch.says("is not there");
    // It hangs, with nothing that would notice; and the next change ends it.
    let hangs = solution.replace("let _ = mem::replace(latch, true);", "loop {}");
    workbook.write(&source(), hangs);
    thread::sleep(Duration::from_secs(3));
    workbook.write(
        &source(),
        solution.replace("open(&mut self.open);", "std::process::abort()"),
    );
    watch.says("The tests stopped half-way");

    // The folder goes, and comes back. Windows does not let go of one that is watched.
    if cfg!(not(windows)) {
        let (folder, away) = (workbook.root.join(EXERCISE), workbook.root.join("away"));
        std::fs::rename(&folder, &away).unwrap();
        watch.says("is not there");
        std::fs::rename(&away, &folder).unwrap();
        watch.says("The tests stopped half-way");
    }

    writeln!(keys, "q").unwrap();
    assert_eq!(watch.ends(), Some(1));
}

#[test]
fn without_keys_it_ends_with_a_verdict() {
    let workbook = Workbook::new();
    let solution = workbook.read(&format!("{SOLUTION}/src/latch.rs"));
    let open = command_with(&workbook.root, &["watch"], &[]);
    assert_eq!(open.code, 1, "{open:?}");
    workbook.write(&source(), solution);
    let green = command_with(&workbook.root, &["watch", "latch"], &[]);
    assert_eq!(green.code, 0, "{green:?}");
    assert!(
        green.out.contains("latch: 5 tests passed."),
        "{}",
        green.out
    );
    let none_left = command_with(&workbook.root, &["watch"], &[]);
    assert_eq!(none_left.code, 0, "{none_left:?}");
    assert!(none_left.out.contains("are green"), "{}", none_left.out);
    let mistyped = command_with(&workbook.root, &["watch", "lach"], &[]);
    assert_eq!(mistyped.code, 2, "{mistyped:?}");
    assert!(
        mistyped.err.contains("did you mean `latch`?"),
        "{}",
        mistyped.err
    );
}

#[cfg(target_os = "linux")]
mod terminal {
    use std::fs::{File, OpenOptions};

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

    use super::*;

    /// A terminal of so many columns: our side of it, and that of the program.
    fn terminal(columns: u16) -> (File, File) {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
        let mut options = OpenOptions::new();
        let theirs = options.read(true).write(true).open(name).unwrap();
        let size = Winsize {
            ws_row: 40,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&theirs, size).unwrap();
        (ours.into(), theirs)
    }

    fn start(workbook: &Workbook, theirs: &File) -> Child {
        watch(workbook)
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            .stdin(theirs.try_clone().unwrap())
            .stdout(theirs.try_clone().unwrap())
            .spawn()
            .unwrap()
    }

    fn is_raw(theirs: &File) -> bool {
        let modes = tcgetattr(theirs).unwrap().local_modes;
        !modes.contains(LocalModes::ICANON)
    }

    #[test]
    fn keys_are_read_as_they_are_pressed_and_the_terminal_is_given_back() {
        let workbook = Workbook::new();
        let (mut ours, theirs) = terminal(20);
        let child = start(&workbook, &theirs);
        let mut watch = Loop::of(child, ours.try_clone().unwrap());
        watch.says("waiting for you to");
        assert!(is_raw(&theirs));
        ours.write_all(b"h").unwrap();
        watch.says("1 · A question");
        // In so narrow a place the keys take more lines than one.
        watch.says("h hint  n next\r\nl list  p page\r\n");
        ours.write_all(b"q").unwrap();
        assert_eq!(watch.ends(), Some(1));
        assert!(!is_raw(&theirs));
    }

    #[test]
    fn a_terminal_that_is_lost_ends_it() {
        let workbook = Workbook::new();
        let (ours, theirs) = terminal(80);
        // Nobody reads: the only copy of our side is here, and closing it closes the terminal.
        let mut watch = Loop::of(start(&workbook, &theirs), std::io::empty());
        drop(theirs);
        thread::sleep(Duration::from_secs(1));
        drop(ours);
        watch.ends();
    }
}
