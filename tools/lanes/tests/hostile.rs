//! Code that a test binary should survive, for `verdict.rs` to run. `cargo test` leaves it alone.

use std::panic::{catch_unwind, resume_unwind};
use std::process::{Command, abort, exit};
use std::time::Duration;
use std::{env, fs, process, thread};

lanes::each_test!();

fn for_ever() -> ! {
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

/// Says which process this is, in the file that this variable names.
fn say_who() {
    if let Some(file) = env::var_os("HOSTILE_ID") {
        fs::write(file, process::id().to_string()).unwrap();
    }
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn passes() {
    println!("words of a test that passes");
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn passes_as_well() {}

#[test]
#[ignore = "run by `verdict.rs`"]
#[should_panic(expected = "as it should")]
fn panics_as_it_should() {
    panic!("as it should");
}

#[test]
#[ignore = "run by `verdict.rs`"]
#[should_panic]
fn does_not_panic() {}

#[test]
#[ignore = "run by `verdict.rs`"]
fn returns_an_error() -> Result<(), String> {
    Err("an error of its own".to_owned())
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn fails() {
    panic!("words of a test that fails");
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn has_its_name() {
    assert_eq!(thread::current().name(), Some("has_its_name"));
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn explores() {
    lanes::Model::new().allow_one_schedule().check(|| {});
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn exits_with_0() {
    exit(0);
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn exits_with_3() {
    println!("words before the end");
    exit(3);
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn aborts() {
    abort();
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn panics_twice() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("the second panic");
        }
    }
    let _panics = Panics;
    panic!("the first panic");
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn overflows_its_stack() {
    #[expect(unconditional_recursion, reason = "that is what is tried")]
    fn deeper(n: u64) -> u64 {
        let bytes = std::hint::black_box([n; 64]);
        deeper(n + 1) + bytes[7]
    }
    deeper(0);
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn writes_where_nothing_is() {
    let nowhere = std::ptr::without_provenance_mut::<u8>(8);
    // SAFETY: none. That is the point.
    unsafe { nowhere.write_volatile(1) };
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn sleeps_for_ever() {
    say_who();
    for_ever();
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn spins_for_ever() {
    loop {
        std::hint::spin_loop();
    }
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn prints_for_ever() {
    loop {
        println!("and on");
    }
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn panics_for_ever() {
    loop {
        let _ = catch_unwind(|| panic!("and on"));
    }
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn eats_memory() {
    let mut all = Vec::new();
    loop {
        all.push(vec![1_u8; 16 << 20]);
    }
}

/// The sleep lets the test end first: what happens after it is nobody's.
#[test]
#[ignore = "run by `verdict.rs`"]
fn leaves_a_thread_that_exits() {
    thread::spawn(|| {
        thread::sleep(Duration::from_secs(2));
        exit(0);
    });
}

#[test]
#[ignore = "run by `verdict.rs`"]
fn leaves_a_thread_that_prints() {
    thread::spawn(|| {
        thread::sleep(Duration::from_secs(2));
        loop {
            println!("and on");
        }
    });
}

#[test]
#[ignore = "run by `verdict.rs`"]
#[expect(clippy::zombie_processes, reason = "that is what is tried")]
fn leaves_a_process() {
    Command::new(env::current_exe().unwrap())
        .args(["sleeps_for_ever", "--exact", "--ignored"])
        .spawn()
        .unwrap();
    // Not before it has said who it is.
    let file = env::var_os("HOSTILE_ID").unwrap_or_default();
    while !file.is_empty() && fs::read_to_string(&file).unwrap_or_default().is_empty() {
        thread::sleep(Duration::from_millis(5));
    }
    resume_unwind(Box::new("left a process"));
}
