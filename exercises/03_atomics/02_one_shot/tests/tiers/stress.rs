//! Real threads and many rounds. A thread that nobody wakes fails the test after a few seconds.

use std::sync::mpsc::{self, RecvError, SendError};
use std::sync::{Arc, Mutex};

use lanes::stress;
use one_shot::{Sender, channel};

const ROUNDS: usize = 1_000;

/// Two ask, two answer. Every question has its own channel, and gets its own answer.
#[test]
fn every_question_gets_its_own_answer() {
    let (ask, questions) = mpsc::channel::<(usize, Sender<String>)>();
    let questions = Mutex::new(questions);
    stress::together(4, ROUNDS, move |thread, round| match thread {
        0 | 1 => {
            let number = 2 * round + thread;
            let (sender, receiver) = channel();
            ask.send((number, sender)).expect("the queue is open");
            assert_eq!(
                receiver.recv(),
                Ok(format!("answer {number}")),
                "the answer to question {number} is on its way, by a channel of its own"
            );
        }
        _ => {
            let question = questions.lock().expect("nobody has panicked").recv();
            let (number, sender) = question.expect("as many questions as answers");
            sender
                .send(format!("answer {number}"))
                .expect("who asks waits for the answer");
        }
    });
}

/// Some senders go without a word, some receivers do not wait: no thread hangs, and every value is dropped once.
#[test]
fn every_value_is_dropped_whoever_goes_first() {
    let value = Arc::new(());
    let (ask, questions) = mpsc::channel::<Sender<Arc<()>>>();
    let questions = Mutex::new(questions);
    stress::together(2, ROUNDS, {
        let value = Arc::clone(&value);
        move |thread, round| {
            if thread == 0 {
                let (sender, mut receiver) = channel();
                ask.send(sender).expect("the queue is open");
                match round % 4 {
                    0 => drop(receiver),
                    1 => drop(receiver.try_recv()),
                    2 => assert_eq!(
                        receiver.recv(),
                        Ok(Arc::new(())),
                        "round {round}: the sender sends a value, and `recv` waits for it"
                    ),
                    _ => assert_eq!(
                        receiver.recv(),
                        Err(RecvError),
                        "round {round}: the sender goes without sending"
                    ),
                }
            } else {
                let sender = questions.lock().expect("nobody has panicked").recv();
                let sender = sender.expect("as many as rounds");
                match round % 4 {
                    0 | 1 => match sender.send(Arc::clone(&value)) {
                        Ok(()) => {}
                        Err(SendError(refused)) => assert!(Arc::ptr_eq(&refused, &value)),
                    },
                    2 => sender.send(Arc::clone(&value)).expect("it waits"),
                    _ => drop(sender),
                }
            }
        }
    });
    assert_eq!(
        Arc::strong_count(&value),
        1,
        "left counts the test's own reference, and one more for each value that was never dropped (0, or a crash: one was dropped twice)"
    );
}
