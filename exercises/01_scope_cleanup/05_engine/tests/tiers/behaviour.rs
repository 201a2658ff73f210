//! What one engine does between its start and its stop. Whatever could wait for ever is watched.

use std::error::Error as _;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;

use engine::{Engine, Running, Stopped, Submitter};
use impls::impls;
use lanes::memory::growth;
use lanes::stress::finishes;

use crate::{Census, Log, panic_with};

/// A part that does not open.
fn out_of_ports(_submitter: &Submitter) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::AddrInUse, "out of ports"))
}

/// Start and stop mirror each other: opened in order, closed in reverse, each once.
#[test]
fn parts_open_in_order_and_close_in_reverse() {
    let log = Log::default();
    let running = Engine::new()
        .part("disk", log.part("disk"))
        .part("cache", log.part("cache"))
        .part("port", log.part("port"))
        .start()
        .expect("every part opens");
    log.expect(
        &["open disk", "open cache", "open port"],
        "opened in the order in which they were added, and all still open",
    );
    running.stop();
    log.expect(
        &[
            "open disk",
            "open cache",
            "open port",
            "close port",
            "close cache",
            "close disk",
        ],
        "the last opened is the first to close, and each is closed once",
    );
}

/// Work: what is submitted runs, and `stop` counts it.
#[test]
fn what_is_submitted_runs() {
    let (stopped, log) = finishes("an engine with three jobs", || {
        let log = Log::default();
        let running = Engine::new().workers(1).start().expect("it has no parts");
        let submitter = running.submitter();
        for job in ["one", "two", "three"] {
            let log = log.clone();
            submitter.submit(move || log.note(job)).expect("it runs");
        }
        (running.stop(), log)
    });
    log.expect(&["one", "two", "three"], "one worker runs in order");
    assert_eq!(
        stopped,
        Stopped {
            completed: 3,
            panicked: 0
        },
        "`stop` reports what was done"
    );
}

/// Flush: accepted work runs before `stop` returns, and while the parts that it needs are open.
#[test]
fn accepted_work_is_done_before_anything_below_it_is_closed() {
    let log = finishes("the stop of an engine that has work to do", || {
        let log = Log::default();
        let running = Engine::new()
            .part("disk", log.part("disk"))
            .workers(1)
            .start()
            .expect("the disk opens");
        let (finish, may_finish) = mpsc::channel();
        let submitter = running.submitter();
        let first = log.clone();
        let accepted = submitter.submit(move || {
            may_finish.recv().expect("the test says when");
            first.note("the job that was running");
        });
        accepted.expect("it runs");
        let second = log.clone();
        let accepted = submitter.submit(move || second.note("the job that was waiting"));
        accepted.expect("it runs");
        let stop = thread::spawn(move || drop(running));
        finish.send(()).expect("the job waits for it");
        stop.join().expect("stopping does not panic");
        log
    });
    log.expect(
        &[
            "open disk",
            "the job that was running",
            "the job that was waiting",
            "close disk",
        ],
        "the disk may be closed when the workers have been joined, and not sooner",
    );
}

/// Mirror, workers too: what was opened after the workers is closed before they are joined.
#[test]
fn parts_above_the_workers_are_closed_before_the_workers_are_joined() {
    finishes("a worker whose job ends when the port is closed", || {
        let (connection, end_of_input) = mpsc::channel::<()>();
        let running = Engine::new()
            .workers(1)
            .part("port", |_: &Submitter| io::Result::Ok(connection))
            .start()
            .expect("the port opens");
        let accepted = running.submitter().submit(move || {
            // Comes back when the port has dropped the other end.
            let _ = end_of_input.recv();
        });
        accepted.expect("it runs");
    });
}

/// Stop: dropping the handle is all it takes. No thread is left, and no part is open.
#[test]
fn dropping_is_stopping() {
    let log = Log::default();
    let census = Census::default();
    finishes("the drop of an engine with three workers", {
        let (log, census) = (log.clone(), census.clone());
        move || {
            let running = Engine::new()
                .part("disk", log.part("disk"))
                .workers(3)
                .start()
                .expect("the disk opens");
            census.take(&running.submitter(), 3);
            assert_eq!(census.alive(), 3, "it has three workers");
        }
    });
    assert_eq!(
        census.alive(),
        0,
        "threads outlive their engine: what does its drop wait for?"
    );
    log.expect(&["open disk", "close disk"], "the drop closes the parts");
}

/// Stop, on the way that nobody tests: the owner panics, and unwinding drops the handle.
#[test]
fn a_panic_of_the_owner_stops_the_engine() {
    let log = Log::default();
    let census = Census::default();
    finishes("the drop of an engine whose owner panics", {
        let (log, census) = (log.clone(), census.clone());
        move || {
            let engine = Engine::new().part("disk", log.part("disk")).workers(2);
            let running = engine.start().expect("the disk opens");
            let panicked = catch_unwind(AssertUnwindSafe(move || {
                census.take(&running.submitter(), 2);
                panic_with("the owner");
            }));
            assert_eq!(
                panicked.expect_err("it panics").downcast_ref(),
                Some(&"the owner")
            );
        }
    });
    assert_eq!(
        census.alive(),
        0,
        "threads outlive the panic of their owner: is there an `if !panicking()` in the way?"
    );
    log.expect(&["open disk", "close disk"], "the drop closes the parts");
}

/// Refusal: once stopped, an engine takes no work, says so, and gives the work back.
#[test]
fn work_after_the_stop_is_refused_and_given_back() {
    let log = Log::default();
    let late = log.clone();
    let refused = finishes("a submit after the stop", || {
        let running = Engine::new().workers(1).start().expect("it has no parts");
        let submitter = running.submitter();
        running.stop();
        submitter.submit(move || late.note("ran"))
    });
    let refused = refused.expect_err("the engine has stopped: nobody will ever run this job");
    log.expect(&[], "a refused job does not run");
    (refused.0)();
    log.expect(&["ran"], "the job that comes back is the one that went in");
}

/// Refusal, at once: what is closed first cannot submit any more, although the workers still run.
#[test]
fn work_is_refused_as_soon_as_the_stop_begins() {
    /// Submits its last words when it is closed.
    struct Port(Submitter, mpsc::Sender<bool>);
    impl Drop for Port {
        fn drop(&mut self) {
            let accepted = self.0.submit(|| ()).is_ok();
            self.1.send(accepted).expect("the test listens");
        }
    }
    let (report, reported) = mpsc::channel();
    let accepted = finishes("a submit during the stop", move || {
        let running = Engine::new()
            .workers(1)
            .part("port", move |submitter: &Submitter| {
                io::Result::Ok(Port(submitter.clone(), report))
            })
            .start()
            .expect("the port opens");
        drop(running);
        reported.recv().expect("the port was closed")
    });
    assert!(
        !accepted,
        "the stop had begun, and work was accepted: what is the first thing that a stop does?"
    );
}

/// Undo: a start that fails half-way stops what it has started, the last first, and says what failed.
#[test]
fn a_failed_start_undoes_itself_in_reverse() {
    let log = Log::default();
    let census = Census::default();
    let error = finishes("a start that fails", {
        let (log, census) = (log.clone(), census.clone());
        move || {
            let engine = Engine::new()
                .part("disk", log.part("disk"))
                .workers(2)
                .part("census", move |submitter: &Submitter| {
                    census.take(submitter, 2);
                    io::Result::Ok(())
                })
                .part("cache", log.part("cache"))
                .part("port", out_of_ports)
                .part("registry", log.part("registry"));
            engine.start().err()
        }
    });
    let error = error.expect("a part did not open: `start` should say so");
    assert_eq!(error.part, "port", "which part did not open?");
    assert_eq!(error.to_string(), "`port` did not open: out of ports");
    assert!(
        error
            .source()
            .is_some_and(|source| source.is::<io::Error>())
    );
    assert_eq!(
        census.alive(),
        0,
        "the start failed, and its threads are still there: nobody is left who could stop them"
    );
    log.expect(
        &["open disk", "open cache", "close cache", "close disk"],
        "what was open is closed, the last first; what comes after the failure is not tried",
    );
}

/// Undo, on the way that nobody tests: opening a part panics.
#[test]
fn a_start_that_panics_undoes_itself_too() {
    let log = Log::default();
    let census = Census::default();
    finishes("a start that panics", {
        let (log, census) = (log.clone(), census.clone());
        move || {
            let engine = Engine::new()
                .part("disk", log.part("disk"))
                .workers(2)
                .part("cache", log.part("cache"))
                .part("port", move |submitter: &Submitter| -> io::Result<()> {
                    census.take(submitter, 2);
                    panic_with("the port")
                });
            let panicked = catch_unwind(AssertUnwindSafe(|| engine.start()));
            let payload = panicked.map(drop).expect_err("opening the port panics");
            if payload.downcast_ref() != Some(&"the port") {
                resume_unwind(payload);
            }
        }
    });
    assert_eq!(
        census.alive(),
        0,
        "the start panicked, and its threads are still there: only a drop runs on that way out"
    );
    log.expect(
        &["open disk", "open cache", "close cache", "close disk"],
        "what was open is closed, the last first",
    );
}

/// Stop goes on: one part that panics when it is closed does not keep the others open.
#[test]
fn a_part_that_panics_does_not_keep_the_others_open() {
    struct Broken;
    impl Drop for Broken {
        fn drop(&mut self) {
            if !thread::panicking() {
                panic_with("a broken part");
            }
        }
    }
    let log = Log::default();
    let running = Engine::new()
        .part("disk", log.part("disk"))
        .part("cache", log.part("cache"))
        .part("broken", |_: &Submitter| io::Result::Ok(Broken))
        .part("port", log.part("port"))
        .start()
        .expect("every part opens");
    let stopped = catch_unwind(AssertUnwindSafe(|| running.stop()));
    log.expect(
        &[
            "open disk",
            "open cache",
            "open port",
            "close port",
            "close cache",
            "close disk",
        ],
        "one part panicked in the middle of the stop: the others are to be closed all the same, the last first",
    );
    let stopped = stopped.unwrap_or_else(|_| {
        panic!("a part's panic ends in the boundary round it, and not in the owner of the engine")
    });
    assert_eq!(stopped.panicked, 1, "`stop` says that something panicked");
}

/// Stop goes on: a worker that died of a panic outside every job is joined like the others.
#[test]
fn a_worker_that_died_does_not_end_the_stop() {
    /// What a job panics with. To drop it is a second panic, and that one is outside the job's boundary.
    struct Payload;
    impl Drop for Payload {
        fn drop(&mut self) {
            panic_with("the payload of a panic");
        }
    }
    let log = Log::default();
    let stopped = finishes("the stop of an engine of whose workers one has died", {
        let log = log.clone();
        move || {
            let running = Engine::new()
                .part("disk", log.part("disk"))
                .part("cache", log.part("cache"))
                .workers(1)
                .start()
                .expect("every part opens");
            let accepted = running
                .submitter()
                .submit(|| resume_unwind(Box::new(Payload)));
            accepted.expect("it runs");
            catch_unwind(AssertUnwindSafe(|| drop(running))).is_ok()
        }
    });
    log.expect(
        &["open disk", "open cache", "close cache", "close disk"],
        "a worker had died: the parts below it are to be closed all the same, the last first",
    );
    assert!(
        stopped,
        "the drop panicked: `join` returns an `Err` for a thread that has panicked, and an `unwrap` passes it on"
    );
}

/// Stop from the inside: an engine that is dropped by its own thread does not wait for itself, and runs what
/// it has accepted before it closes what that needs.
#[test]
fn an_engine_may_be_dropped_by_its_own_thread() {
    for workers in [1, 3] {
        let log = Log::default();
        let running = Engine::new()
            .part("disk", log.part("disk"))
            .workers(workers)
            .start()
            .expect("the disk opens");
        let submitter = running.submitter();
        let (done, ended) = mpsc::channel::<()>();
        let (begin, may_begin) = mpsc::channel();
        let accepted = submitter.submit({
            let log = log.clone();
            move || {
                may_begin.recv().expect("the test says when");
                let dropped = catch_unwind(AssertUnwindSafe(|| drop(running)));
                log.note(match dropped {
                    Ok(()) => "dropped",
                    Err(_) => "the drop panicked",
                });
                drop(done);
            }
        });
        accepted.expect("it runs");
        let waiting = log.clone();
        let accepted = submitter.submit(move || waiting.note("the job that was waiting"));
        accepted.expect("it runs");
        begin.send(()).expect("the job waits for it");
        finishes("an engine that one of its own threads drops", move || {
            ended
                .recv()
                .expect_err("the job says nothing, it only ends");
        });
        log.expect(
            &["open disk", "the job that was waiting", "close disk", "dropped"],
            "a thread cannot join itself; what is left of the work runs before the parts are closed",
        );
        assert!(submitter.submit(|| ()).is_err(), "it has stopped");
    }
}

/// Stop from the inside: the thread that drops the engine waits for all the others, and only not for itself.
#[test]
fn an_engine_dropped_by_its_own_thread_waits_for_the_others() {
    let census = Census::default();
    let alive = finishes("an engine of three workers, of which one drops it", {
        let census = census.clone();
        move || {
            let running = Engine::new().workers(3).start().expect("it has no parts");
            let submitter = running.submitter();
            census.take(&submitter, 3);
            let (report, reported) = mpsc::channel();
            let accepted = submitter.submit(move || {
                drop(running);
                report.send(census.alive()).expect("the test listens");
            });
            accepted.expect("it runs");
            reported.recv().expect("the job reports")
        }
    });
    assert_eq!(
        alive, 1,
        "one of three workers has dropped the engine: the other two should have ended, and it alone be left"
    );
}

/// An engine of nothing: it starts, it stops, and a job that nobody can run is dropped with it.
#[test]
fn an_engine_of_nothing_starts_and_stops() {
    let (stopped, ran, held) = finishes("an engine without parts and workers", || {
        let held = Arc::new(());
        let running = Engine::new().workers(0).start().expect("it has no parts");
        let submitter = running.submitter();
        let (job, ran) = (Arc::clone(&held), Log::default());
        let log = ran.clone();
        let accepted = submitter.submit(move || {
            log.note("ran");
            drop(job);
        });
        drop(accepted);
        let stopped = running.stop();
        drop(submitter);
        (stopped, ran, held)
    });
    ran.expect(&[], "there is no worker that could have run it");
    assert_eq!(
        stopped,
        Stopped {
            completed: 0,
            panicked: 0
        }
    );
    assert_eq!(
        Arc::strong_count(&held),
        1,
        "the engine and its submitters are gone, and a job is still there: a leak"
    );
}

/// Numbers: as many workers as one asks for, in one call or in several, and each on a thread of its own.
#[test]
fn as_many_workers_as_were_asked_for() {
    finishes("33 jobs that wait for each other, on 33 workers", || {
        let running = Engine::new()
            .workers(16)
            .workers(16)
            .workers(1)
            .start()
            .expect("it has no parts");
        let meeting = Arc::new(Barrier::new(33));
        for _ in 0..33 {
            let meeting = Arc::clone(&meeting);
            let accepted = running.submitter().submit(move || {
                meeting.wait();
            });
            accepted.expect("it runs");
        }
        assert_eq!(running.stop().completed, 33);
    });
}

/// Work that a part submits when it is opened: it is accepted, and the workers that start later run it.
#[test]
fn a_part_may_submit_work_when_it_is_opened() {
    let (stopped, log) = finishes("an engine whose part submits a job", || {
        let log = Log::default();
        let (early, inner) = (log.clone(), log.clone());
        let running = Engine::new()
            .part("cache", move |submitter: &Submitter| {
                let again = submitter.clone();
                let accepted = submitter.submit(move || {
                    early.note("warm up");
                    // A job may well submit another; whether the stop has begun by then is not for it to know.
                    if let Err(refused) = again.submit(move || inner.note("warm up more")) {
                        (refused.0)();
                    }
                });
                io::Result::Ok(accepted.is_ok())
            })
            .workers(1)
            .start()
            .expect("the cache opens");
        (running.stop(), log)
    });
    log.expect(
        &["warm up", "warm up more"],
        "a job was accepted before there was a worker: the first worker should run it",
    );
    assert!(stopped.completed >= 1, "the job that was accepted counts");
}

/// In a destructor during a panic: an engine starts, works and stops there as anywhere else.
#[test]
fn a_destructor_may_use_an_engine_during_a_panic() {
    struct Flush(Log);
    impl Drop for Flush {
        fn drop(&mut self) {
            for stop in [true, false] {
                let running = Engine::new()
                    .part("disk", self.0.part("disk"))
                    .workers(1)
                    .start()
                    .expect("the disk opens");
                let log = self.0.clone();
                let accepted = running.submitter().submit(move || log.note("flush"));
                accepted.expect("it runs");
                if stop {
                    assert_eq!(running.stop().completed, 1);
                }
            }
        }
    }
    let log = Log::default();
    drop(Engine::new().start()); // a `start` that panics is another test's concern
    finishes("an engine that is made by a destructor, during a panic", {
        let log = log.clone();
        move || {
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                let _flush = Flush(log);
                panic_with("the owner");
            }));
            assert_eq!(
                panicked.expect_err("it panics").downcast_ref(),
                Some(&"the owner")
            );
        }
    });
    log.expect(
        &[
            "open disk",
            "flush",
            "close disk",
            "open disk",
            "flush",
            "close disk",
        ],
        "one engine was stopped and one was dropped, by a destructor during a panic",
    );
}

/// Nothing is left: neither of a stopped engine, nor of a dropped one, nor of a start that failed.
#[test]
fn nothing_of_an_engine_is_left_in_memory() {
    let build = || {
        Engine::new()
            .part("disk", |_: &Submitter| io::Result::Ok([0_u8; 100]))
            .part("cache", |_: &Submitter| io::Result::Ok([0_u8; 100]))
    };
    let rounds = 500;
    let expect_nothing = |how: &str, grown: usize| {
        assert!(
            grown < 64 * rounds,
            "{rounds} engines were started and {how}, and {grown} bytes are left over: who frees the queue and the list?"
        );
    };
    let grown = growth(rounds, |_| {
        build().start().expect("every part opens").stop();
    });
    expect_nothing("stopped", grown);
    let grown = growth(rounds, |_| drop(build().start()));
    expect_nothing("dropped", grown);
    let grown = growth(rounds, |_| drop(build().part("port", out_of_ports).start()));
    expect_nothing("failed in their last part", grown);
}

/// Nothing is left: jobs are dropped when they have run, with what they held, and so are the payloads of their panics.
#[test]
fn nothing_of_a_job_is_left() {
    let held = Arc::new(());
    let stopped = finishes("the stop of an engine with four jobs", {
        let held = Arc::clone(&held);
        move || {
            struct Part(Arc<()>);
            impl Drop for Part {
                fn drop(&mut self) {
                    if !thread::panicking() {
                        resume_unwind(Box::new(Arc::clone(&self.0)));
                    }
                }
            }
            let part = Part(Arc::clone(&held));
            let running = Engine::new()
                .part("part", move |_: &Submitter| io::Result::Ok(part))
                .workers(2)
                .start()
                .expect("the part opens");
            for panics in [false, true, true, false] {
                let held = Arc::clone(&held);
                let accepted = running.submitter().submit(move || {
                    if panics {
                        resume_unwind(Box::new(Arc::clone(&held)));
                    }
                });
                accepted.expect("it runs");
            }
            drop(held);
            running.stop()
        }
    });
    assert_eq!(
        stopped,
        Stopped {
            completed: 2,
            panicked: 3
        },
        "two of four jobs panicked, and the part when it was closed"
    );
    assert_eq!(
        Arc::strong_count(&held),
        1,
        "everything has stopped, and a job or a payload is still there: a leak"
    );
}

/// Isolation: a job that panics takes no worker along, and is counted.
#[test]
fn a_job_that_panics_takes_no_worker_along() {
    let stopped = finishes("an engine whose first job panics", || {
        let running = Engine::new().workers(1).start().expect("it has no parts");
        let submitter = running.submitter();
        submitter.submit(|| panic_with("a job")).expect("it runs");
        submitter.submit(|| ()).expect("it runs");
        running.stop()
    });
    assert_eq!(
        stopped,
        Stopped {
            completed: 1,
            panicked: 1
        },
        "one job panicked and one returned: does `stop` count when everything has stopped?"
    );
}

/// Bounds: an engine may be started here and stopped there. There is one handle; submitters are many.
#[test]
fn the_handles_may_go_where_threads_go() {
    assert!(impls!(Engine: Send));
    assert!(impls!(Running: Send & !Clone));
    assert!(impls!(Submitter: Send & Sync & Clone));
}
