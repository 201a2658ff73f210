//! Where a thread of the program meets the explorer: it asks for a step here, and the types of [`sync`](crate::sync)
//! tell what they are.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Once;

use corosensei::Yielder;
use rustc_hash::FxHashMap;

use crate::op::{Content, Effect, Op, Reply, Tid};

/// What a thread does from its first step to its last.
pub(crate) type Body = Box<dyn FnOnce() -> Content>;

/// What has a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Atomic,
    Cell,
    Lock,
    Condvar,
    Refs,
    Thread,
    Address,
}

#[derive(Default)]
struct World {
    /// The number of a thing: by its kind, by the thread that made it, and by how many of this kind that thread had made
    /// before. So it does not depend on the schedule. Kept from run to run.
    numbers: FxHashMap<(Kind, Tid, usize), usize>,
    next: FxHashMap<Kind, usize>,
    messages: Vec<String>,
    /// Of this run.
    made: FxHashMap<(Kind, Tid), usize>,
    effects: Vec<Effect>,
    bodies: FxHashMap<Tid, Body>,
    names: FxHashMap<usize, u64>,
    addresses: FxHashMap<u64, usize>,
    /// What the program has freed. It stays where it is until the run is over, so that no address has two meanings.
    freed: Vec<Box<dyn FnOnce()>>,
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::default();
    static YIELDER: Cell<*const Yielder<Reply, Op>> = const { Cell::new(std::ptr::null()) };
    static ME: Cell<Tid> = const { Cell::new(0) };
    /// How many steps this thread of the machine has asked for.
    static STEPS: Cell<usize> = const { Cell::new(0) };
    static STATE: Cell<Stage> = const { Cell::new(Stage::Closed) };
    /// The message of a panic that ends the run.
    static PANIC: Cell<Option<usize>> = const { Cell::new(None) };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing is explored.
    Closed,
    /// Between two steps of the explorer.
    Outside,
    /// In a thread of the program.
    Inside,
    /// A run is given up: its threads unwind.
    Over,
}

/// What unwinds a thread that goes on although its run is over.
struct Abandoned;

/// The number of the running thread.
///
/// # Panics
///
/// Panics if nothing is being explored: the types of `sync` work in a program that is.
pub(crate) fn me() -> Tid {
    assert!(STATE.get() != Stage::Closed, "{OUTSIDE}");
    ME.get()
}

const OUTSIDE: &str = "a type of explorer::sync was used outside of a program that is being explored: make it inside \
    the closure that is given to `explore`, and use it only there";

/// Asks for a step, and returns when it has been taken.
pub(crate) fn step(op: Op) -> Reply {
    match STATE.get() {
        Stage::Inside => {}
        // A destructor that runs when all is over.
        Stage::Over if std::thread::panicking() => return Reply::GO,
        Stage::Over => resume_unwind(Box::new(Abandoned)),
        Stage::Closed | Stage::Outside => {
            if std::thread::panicking() {
                return Reply::GO;
            }
            panic!("{OUTSIDE}");
        }
    }
    if let Some(message) = PANIC.get() {
        if std::thread::panicking() {
            return Reply::GO;
        }
        // It has caught its panic, and would go on.
        return suspend(Op::Panic(message));
    }
    suspend(op)
}

/// How many steps were taken so far. Between two of one thread, other threads have had their turn.
pub(crate) fn steps() -> usize {
    STEPS.get()
}

fn suspend(op: Op) -> Reply {
    STEPS.set(STEPS.get() + 1);
    let yielder = YIELDER.get();
    // SAFETY: it belongs to the coroutine that runs, and so lives as long as the stack that we are on.
    let reply = unsafe { &*yielder }.suspend(op);
    YIELDER.set(yielder);
    reply
}

/// Notes what is done without a step.
pub(crate) fn effect(effect: Effect) {
    if counts() {
        WORLD.with_borrow_mut(|world| world.effects.push(effect));
    }
}

/// Whether what the program does now is part of an execution.
pub(crate) fn counts() -> bool {
    STATE.get() == Stage::Inside && PANIC.get().is_none()
}

/// The number of a new thing.
pub(crate) fn number(kind: Kind) -> usize {
    let me = me();
    WORLD.with_borrow_mut(|world| {
        let made = world.made.entry((kind, me)).or_default();
        *made += 1;
        let next = &mut world.next;
        *world.numbers.entry((kind, me, *made)).or_insert_with(|| {
            // The program's own thread is 0, and null is no address.
            let first = usize::from(matches!(kind, Kind::Thread | Kind::Address));
            let next = next.entry(kind).or_insert(first);
            *next += 1;
            *next - 1
        })
    })
}

/// A name for an address that is the same in every run: the first thread that speaks of it gives it.
pub(crate) fn name_of(address: usize) -> u64 {
    if address == 0 {
        return 0;
    }
    let known = WORLD.with_borrow(|world| world.names.get(&address).copied());
    known.unwrap_or_else(|| fresh_name(address))
}

/// A new name, for what was just allocated there.
pub(crate) fn fresh_name(address: usize) -> u64 {
    let name = number(Kind::Address) as u64;
    WORLD.with_borrow_mut(|world| {
        world.names.insert(address, name);
        world.addresses.insert(name, address);
    });
    name
}

/// The address that has this name.
pub(crate) fn address_of(name: u64) -> usize {
    WORLD.with_borrow(|world| world.addresses.get(&name).copied().unwrap_or(0))
}

/// Frees something when the run is over.
pub(crate) fn free_later(free: impl FnOnce() + 'static) {
    WORLD.with_borrow_mut(|world| world.freed.push(Box::new(free)));
}

/// Starts a thread with this body.
pub(crate) fn spawn(body: Body) -> Tid {
    let t = number(Kind::Thread);
    WORLD.with_borrow_mut(|world| world.bodies.insert(t, body));
    step(Op::Spawn(t));
    t
}

/// All that a coroutine does. Returns its last step.
pub(crate) fn run(yielder: &Yielder<Reply, Op>, body: Body) -> Op {
    YIELDER.set(yielder);
    let result = catch_unwind(AssertUnwindSafe(body));
    match (result, PANIC.get()) {
        (Err(payload), _) if STATE.get() == Stage::Over => resume_unwind(payload),
        (_, Some(message)) => Op::Panic(message),
        (Ok(content), None) => Op::Done {
            content,
            panicked: false,
        },
        (Err(_), None) => Op::Done {
            content: Content::Told,
            panicked: true,
        },
    }
}

/// The text of a panic.
pub(crate) fn message(number: usize) -> String {
    WORLD.with_borrow(|world| world.messages[number].clone())
}

/// Prepares for the first run.
///
/// # Panics
///
/// Panics in a program that is being explored.
pub(crate) fn open() {
    assert!(
        STATE.get() == Stage::Closed,
        "an exploration cannot be started inside another"
    );
    install_hook();
    WORLD.set(World::default());
    STATE.set(Stage::Outside);
}

/// A run begins.
pub(crate) fn begin() {
    PANIC.set(None);
    STATE.set(Stage::Outside);
}

/// Runs a thread of the program to its next step.
pub(crate) fn inside<R>(t: Tid, resume: impl FnOnce() -> R) -> R {
    ME.set(t);
    STATE.set(Stage::Inside);
    let result = resume();
    STATE.set(Stage::Outside);
    result
}

/// What to run as a thread, once.
pub(crate) fn body_of(t: Tid) -> Option<Body> {
    WORLD.with_borrow_mut(|world| world.bodies.remove(&t))
}

/// What was done since the last step.
pub(crate) fn take_effects() -> Vec<Effect> {
    WORLD.with_borrow_mut(|world| std::mem::take(&mut world.effects))
}

/// A run is over.
pub(crate) fn end() {
    STATE.set(Stage::Over);
}

/// Forgets all of the run, when its threads have unwound.
pub(crate) fn clear() {
    let (bodies, freed) = WORLD.with_borrow_mut(|world| {
        world.made.clear();
        world.effects.clear();
        world.names.clear();
        world.addresses.clear();
        (
            std::mem::take(&mut world.bodies),
            std::mem::take(&mut world.freed),
        )
    });
    // What they have captured uses this module.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(bodies)));
    freed.into_iter().for_each(|free| free());
}

/// Nothing is explored any more.
pub(crate) fn close() {
    STATE.set(Stage::Closed);
    WORLD.set(World::default());
}

/// Makes the panics of a program silent: they are results.
fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| match STATE.get() {
            Stage::Inside if PANIC.get().is_none() => {
                let place = info
                    .location()
                    .map(|it| format!(" ({}:{})", it.file(), it.line()));
                let text = text_of(info.payload()) + &place.unwrap_or_default();
                PANIC.set(Some(WORLD.with_borrow_mut(|world| {
                    let known = world.messages.iter().position(|it| *it == text);
                    known.unwrap_or_else(|| {
                        world.messages.push(text);
                        world.messages.len() - 1
                    })
                })));
            }
            Stage::Inside | Stage::Over => {}
            Stage::Closed | Stage::Outside => usual(info),
        }));
    });
}

fn text_of(payload: &dyn Any) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| String::from("(no message)"))
}
