//! What one thread can see. A call that waits fails its test after a few seconds.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::MutexGuard;

use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress;
use treiber_stack::TreiberStack;

/// Runs a test in which no call has anything to wait for. In a process of its own: to free real memory twice ends it.
#[track_caller]
fn at_once(test: fn()) {
    stress::apart(|| stress::at_once(test));
}

/// Last in, first out.
#[test]
fn the_last_item_in_is_the_first_out() {
    at_once(|| {
        let stack = TreiberStack::new();
        for item in ["one", "two", "three"] {
            stack.push(item);
        }
        assert_eq!(stack.pop(), Some("three"), "it was pushed last");
        assert_eq!(stack.pop(), Some("two"));
        assert_eq!(stack.pop(), Some("one"));
        assert_eq!(stack.pop(), None, "three went in, and three came out");
        stack.push("four");
        assert_eq!(
            stack.pop(),
            Some("four"),
            "an empty stack is as good as a new one"
        );
    });
}

/// Pushes and pops in many mixtures, and compares each answer with that of a `Vec`.
#[test]
fn it_answers_as_a_vec() {
    at_once(|| {
        let (stack, mut vec) = (TreiberStack::new(), vec![]);
        for step in 0..600_usize {
            // Now two pushes for each pop, now two pops for each push: it grows, and it is empty at times.
            if (step % 3 == 0) != (step % 60 < 30) {
                stack.push(step);
                vec.push(step);
            } else {
                assert_eq!(
                    stack.pop(),
                    vec.pop(),
                    "left: `pop`, in step {step}; right: what a `Vec` says"
                );
            }
        }
    });
}

/// Any type: one without a size, one with an unusual alignment, one that borrows.
#[test]
fn the_type_of_the_items_does_not_matter() {
    #[derive(Debug, PartialEq)]
    #[repr(align(64))]
    struct Wide([u8; 200]);

    at_once(|| {
        let stack = TreiberStack::new();
        stack.push(());
        stack.push(());
        assert_eq!(
            (stack.pop(), stack.pop(), stack.pop()),
            (Some(()), Some(()), None)
        );

        let stack = TreiberStack::new();
        for n in 0..6 {
            stack.push(Wide([n; 200]));
            assert_eq!(stack.pop(), Some(Wide([n; 200])));
        }

        let text = String::from("borrowed");
        let stack = TreiberStack::new();
        stack.push(&*text);
        assert_eq!(stack.pop(), Some("borrowed"));
    });
}

/// Who frees it? An item that came out: whoever has it.
#[test]
fn an_item_that_came_out_is_dropped_once() {
    at_once(|| {
        let stack = TreiberStack::new();
        stack.push(Item(1));
        let item = stack.pop();
        assert_eq!(
            dropped(),
            [],
            "you have it in your hand, and something has dropped it"
        );
        drop(item);
        assert_eq!(dropped(), [1]);
        drop(stack);
        assert_eq!(
            dropped(),
            [],
            "it came out, and the stack has dropped it a second time"
        );
    });
}

/// Who frees it? An item that is left: the stack, and only that.
#[test]
fn items_that_are_left_are_dropped_with_the_stack() {
    at_once(|| {
        for left in 0..4 {
            let stack = TreiberStack::new();
            stack.push(Item(100));
            drop(stack.pop());
            dropped();
            for n in 0..left {
                stack.push(Item(n));
            }
            drop(stack);
            assert_eq!(
                dropped(),
                (0..left).rev().collect::<Vec<_>>(),
                "left: the items that the stack dropped; right: those that were left in it, from the top"
            );
        }
    });
}

/// A stack is as long as memory allows. The thread's own stack is not.
#[test]
fn a_long_stack_is_dropped_in_a_loop() {
    stress::apart(|| {
        let stack = TreiberStack::new();
        for n in 0..200_000 {
            stack.push(n);
        }
        drop(stack);
    });
}

/// In a destructor during a panic, a stack takes, gives and goes as anywhere else, and after it, too.
#[test]
fn a_destructor_may_use_a_stack_during_a_panic() {
    stress::apart(|| {
        let stack = TreiberStack::new();
        stack.push(Item(0));
        drop(stack.pop()); // what is not written yet should say so here, and not while we unwind
        dropped();
        let mut popped = None;
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                stack.push(Item(1));
                popped = stack.pop();
                stack.push(Item(2));
                let inner = TreiberStack::new();
                inner.push(Item(3));
                drop(inner);
            });
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_eq!(popped.as_ref().map(|item| item.0), Some(1));
        assert_eq!(dropped(), [3], "one was left in a stack that is gone");
        drop(stack);
        assert_eq!(
            dropped(),
            [2],
            "one was left, and the other came out and is alive"
        );
    });
}

/// Reentrancy: the destructor of an item that is left may use another stack, and make one.
#[test]
fn a_destructor_of_an_item_may_use_a_stack() {
    struct Nested(
        u32,
        #[allow(dead_code, reason = "it is there to be dropped")] Item,
    );
    impl Drop for Nested {
        fn drop(&mut self) {
            if self.0 > 0 {
                let inner = TreiberStack::new();
                inner.push(Nested(self.0 - 1, Item(10 + self.0)));
                drop(inner.pop());
                inner.push(Nested(0, Item(20 + self.0)));
            }
        }
    }

    at_once(|| {
        let stack = TreiberStack::new();
        stack.push(Nested(2, Item(1)));
        drop(stack);
        let mut dropped = dropped();
        dropped.sort_unstable();
        assert_eq!(dropped, [1, 11, 12, 21, 22], "each is dropped once");
    });
}

/// A panic is a way to go, too: unwinding drops the stack, and the stack what is left in it.
#[test]
fn a_panic_drops_what_is_left_like_anything_else() {
    stress::apart(|| {
        let stack = TreiberStack::new();
        stack.push(Item(1));
        let panic = panic_of(move || {
            let _stack = stack;
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")), "the closure leaves by a panic");
        assert_eq!(
            dropped(),
            [1],
            "left: what was dropped while a panic unwound; right: what was left in the stack"
        );
    });
}

/// A destructor that panics is passed on, and takes no other item with it.
#[test]
fn a_destructor_that_panics_leaks_no_other_item() {
    struct Grumpy(Item);
    impl Drop for Grumpy {
        fn drop(&mut self) {
            if self.0.0 == 2 {
                panic_with("grumpy");
            }
        }
    }

    stress::apart(|| {
        let stack = TreiberStack::new();
        for n in 1..=4 {
            stack.push(Grumpy(Item(n)));
        }
        let panic = panic_of(|| drop(stack));
        assert_eq!(
            panic,
            Some(Panic("grumpy")),
            "the destructor's panic goes on to the thread that dropped the stack"
        );
        assert_eq!(
            dropped(),
            [4, 3, 2, 1],
            "left: the items that were dropped. The destructor of the second one panics; whoever drops the others has \
             to go on after that"
        );
    });
}

/// An item goes from thread to thread, so it has to be `Send`; never to two at once, so it need not be `Sync`.
#[test]
fn only_sendable_items_may_go_through() {
    assert!(
        impls!(TreiberStack<Cell<u32>>: Send & Sync),
        "a `Cell` can be sent, and only one thread at a time has it: `T: Send` is enough"
    );
    assert!(
        !impls!(TreiberStack<Rc<u32>>: Send | Sync),
        "an `Rc` must stay on its thread: a stack would take it to another"
    );
    assert!(
        !impls!(TreiberStack<MutexGuard<'static, u32>>: Send | Sync),
        "a `MutexGuard` must be dropped where it was made: `T: Sync` is not enough"
    );
}
