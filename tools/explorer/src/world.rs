//! Where a thread of the program meets the explorer: it asks for a step here, by way of [`raw`](crate::raw).

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Once;

use corosensei::Yielder;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::op::{Content, Effect, Op, Reply, Tid};
use crate::watch::Details;

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

/// Where in the source something stands, and what is made there holds a value of the type with that name.
pub(crate) type Note = (&'static Location<'static>, &'static str);

/// Who makes statics: whoever comes first, so it is nobody's own.
const NOBODY: Tid = usize::MAX;

/// A cell that may be written through a reference that has left the access that made it.
struct Open {
    c: usize,
    place: *const (),
    content: unsafe fn(*const ()) -> Content,
}

#[derive(Default)]
struct World {
    /// The number of a thing: by its kind, by the thread that made it, and by how many of this kind that thread had made
    /// before. So it does not depend on the schedule. Kept from run to run.
    numbers: FxHashMap<(Kind, Tid, usize), usize>,
    next: FxHashMap<Kind, usize>,
    /// All that has a number, in the order in which it was first made, with what its facade has noted.
    made: Vec<(Kind, usize, Option<Note>)>,
    messages: Vec<String>,
    /// What is inside something, by its description.
    described: FxHashMap<Vec<u8>, u128>,
    /// The statics, by address, and the numbers of what belongs to one.
    statics: Vec<usize>,
    of_statics: FxHashSet<(Kind, usize)>,
    /// Of this run.
    counts: FxHashMap<(Kind, Tid), usize>,
    /// By thread: what its facade has noted last.
    notes: FxHashMap<Tid, Note>,
    effects: Vec<Effect>,
    bodies: FxHashMap<Tid, Body>,
    names: FxHashMap<usize, u64>,
    addresses: FxHashMap<u64, usize>,
    /// What the program has freed. It stays where it is until the run is over, so that no address has two meanings.
    freed: Vec<Box<dyn FnOnce()>>,
    /// By thread: how many pauses in a row it has taken.
    pauses: FxHashMap<Tid, u32>,
    /// By thread: the cells that it may still be writing to.
    open: FxHashMap<Tid, Vec<Open>>,
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
    /// Whether somebody watches, who is told of panics, too.
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    /// Whether the running thread was in the middle of a panic at its last step, and whether another one is.
    static PANICKING: Cell<(bool, bool)> = const { Cell::new((false, false)) };
    /// The end of the stack that is in use; 0 if none is.
    static STACK: Cell<usize> = const { Cell::new(0) };
    /// How many steps a thread may still take that is only to unwind to its end.
    static PATIENCE: Cell<u32> = const { Cell::new(0) };
    /// What whoever watches knows of the step that was taken, and the thread is not told.
    static DETAILS: Cell<Details> = const { Cell::new(Details::NONE) };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing is explored.
    Closed,
    /// Between two steps of the explorer.
    Outside,
    /// In a thread of the program.
    Inside,
    /// In a thread of a run that is given up: it was unwinding, and comes to the end of that.
    Over,
}

/// The number of the running thread.
///
/// # Panics
///
/// Panics if nothing is being explored: steps are taken in a program that is.
pub(crate) fn me() -> Tid {
    assert!(STATE.get() != Stage::Closed, "{OUTSIDE}");
    ME.get()
}

const OUTSIDE: &str = "a step was used outside of a program that is being explored: make what takes it inside \
    the closure that is given to `explore`, and use it only there";

/// Asks for a step, and returns when it has been taken.
pub(crate) fn step(op: Op) -> Reply {
    match STATE.get() {
        Stage::Inside => {}
        // A destructor that runs when all is over.
        Stage::Over => {
            PATIENCE.set(PATIENCE.get().saturating_sub(1));
            return match std::thread::panicking() && PATIENCE.get() > 0 {
                true => Reply::GO,
                false => suspend(op),
            };
        }
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
    if goes_on_pausing(op) {
        return Reply::GO;
    }
    close_cells(op);
    suspend(op)
}

/// How many pauses in a row are one.
const PAUSES: u32 = 1_000;

/// Whether the thread pauses right behind a pause. Nothing is between the two, so they are one step, and a back-off that
/// doubles takes no more steps than one that does not.
fn goes_on_pausing(op: Op) -> bool {
    let me = ME.get();
    WORLD.with_borrow_mut(|world| {
        let pauses = world.pauses.entry(me).or_default();
        *pauses = match op {
            Op::Pause if *pauses < PAUSES => *pauses + 1,
            Op::Pause => 1,
            _ => 0,
        };
        *pauses > 1
    })
}

/// Notes what has been written through references, when the thread publishes what it has done: before, nobody may look.
fn close_cells(op: Op) {
    if !op.publishes() {
        return;
    }
    let me = ME.get();
    let open = WORLD.with_borrow_mut(|world| world.open.remove(&me));
    for Open { c, place, content } in open.unwrap_or_default() {
        // SAFETY: valid, by the contract of `Cell::leave_open`.
        let content = unsafe { content(place) };
        effect(Effect::Wrote { c, content });
    }
}

/// A cell may be written to through a reference that has left the access that made it.
pub(crate) fn leave_open(c: usize, place: *const (), content: unsafe fn(*const ()) -> Content) {
    if counts() {
        WORLD.with_borrow_mut(|world| {
            let open = world.open.entry(ME.get()).or_default();
            open.retain(|it| it.c != c);
            open.push(Open { c, place, content });
        });
    }
}

/// The cell is gone.
pub(crate) fn forget_open(c: usize) {
    // Where there is no world any more, nothing is open.
    let _ = WORLD.try_with(|world| {
        if let Ok(mut world) = world.try_borrow_mut() {
            world
                .open
                .values_mut()
                .for_each(|open| open.retain(|it| it.c != c));
        }
    });
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

/// Whether a step of the program may be asked for: one is being explored on this thread of the machine.
pub(crate) fn is_open() -> bool {
    STATE.get() != Stage::Closed
}

/// The number of a new thing.
pub(crate) fn number(kind: Kind) -> usize {
    let me = me();
    WORLD.with_borrow_mut(|world| {
        let count = world.counts.entry((kind, me)).or_default();
        *count += 1;
        let count = *count;
        world.number_of(kind, me, count)
    })
}

/// The number of what belongs to the static at that address.
pub(crate) fn number_of_static(kind: Kind, address: usize) -> usize {
    WORLD.with_borrow_mut(|world| {
        let known = world.statics.iter().position(|it| *it == address);
        let nth = known.unwrap_or_else(|| {
            world.statics.push(address);
            world.statics.len() - 1
        });
        let number = world.number_of(kind, NOBODY, nth);
        world.of_statics.insert((kind, number));
        number
    })
}

/// Whether that number belongs to a static.
pub(crate) fn is_static(kind: Kind, number: usize) -> bool {
    WORLD.with_borrow(|world| world.of_statics.contains(&(kind, number)))
}

impl World {
    fn number_of(&mut self, kind: Kind, maker: Tid, nth: usize) -> usize {
        let Self {
            numbers,
            next,
            made,
            notes,
            ..
        } = self;
        *numbers.entry((kind, maker, nth)).or_insert_with(|| {
            // The program's own thread is 0, and null is no address.
            let first = usize::from(matches!(kind, Kind::Thread | Kind::Address));
            let next = next.entry(kind).or_insert(first);
            made.push((kind, *next, notes.get(&maker).copied()));
            *next += 1;
            *next - 1
        })
    }
}

/// Notes what the running thread is about to do, or to make.
pub(crate) fn note(note: Note) {
    if counts() {
        WORLD.with_borrow_mut(|world| world.notes.insert(ME.get(), note));
    }
}

/// Where the next step of a thread stands, in this run.
pub(crate) fn place_of(t: Tid) -> Option<&'static Location<'static>> {
    WORLD.with_borrow(|world| world.notes.get(&t).map(|&(place, _)| place))
}

/// All that was made in any run.
pub(crate) fn made() -> Vec<(Kind, usize, Option<Note>)> {
    WORLD.with_borrow(|world| world.made.clone())
}

/// What is inside something, by a description of all that can make a difference.
pub(crate) fn described(description: Vec<u8>) -> Content {
    WORLD.with_borrow_mut(|world| {
        let next = world.described.len() as u128 + 1;
        Content::Value(*world.described.entry(description).or_insert(next))
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
pub(crate) fn spawn(t: Tid, body: Body) {
    WORLD.with_borrow_mut(|world| world.bodies.insert(t, body));
    step(Op::Spawn(t));
}

/// All that a coroutine does. Returns its last step.
pub(crate) fn run(yielder: &Yielder<Reply, Op>, body: Body) -> Op {
    YIELDER.set(yielder);
    let result = catch_unwind(AssertUnwindSafe(body));
    match (result, PANIC.get()) {
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
pub(crate) fn open(watched: bool) {
    assert!(
        STATE.get() == Stage::Closed,
        "an exploration cannot be started inside another"
    );
    install_hook();
    WORLD.set(World::default());
    WATCHED.set(watched);
    STATE.set(Stage::Outside);
}

/// A run begins.
pub(crate) fn begin() {
    PANIC.set(None);
    STATE.set(Stage::Outside);
}

/// Runs a thread of the program, on a stack that ends there, to its next step. `panicking` says which are in a panic: bit t
/// for thread t.
pub(crate) fn inside<R>(t: Tid, stack: usize, panicking: u64, resume: impl FnOnce() -> R) -> R {
    let mine = 1 << t.min(63);
    PANICKING.set((panicking & mine != 0, panicking & !mine != 0));
    ME.set(t);
    STACK.set(stack);
    STATE.set(Stage::Inside);
    let result = resume();
    STATE.set(Stage::Outside);
    STACK.set(0);
    result
}

/// How much at the end of a stack must not be touched: a page, of the largest that there are. What is above a smaller one can
/// be touched, and nobody asks.
const GUARD: usize = 64 * 1024;

/// Whether to touch that address is an overflow of the running thread's stack.
pub(crate) fn is_below_stack(address: usize) -> bool {
    let stack = STACK.get();
    stack != 0 && (stack..stack + GUARD).contains(&address)
}

/// What to run as a thread, once.
pub(crate) fn body_of(t: Tid) -> Option<Body> {
    WORLD.with_borrow_mut(|world| world.bodies.remove(&t))
}

/// Whether there is something to run as that thread.
pub(crate) fn has_body(t: Tid) -> bool {
    WORLD.with_borrow(|world| world.bodies.contains_key(&t))
}

/// What was done since the last step.
pub(crate) fn take_effects() -> Vec<Effect> {
    WORLD.with_borrow_mut(|world| std::mem::take(&mut world.effects))
}

/// Whether the thread that runs, or ran last, is in the middle of a panic.
///
/// All threads of the program share one of the machine, and so what `std` counts: while another one is suspended in the
/// middle of a panic, this one counts as it did at its last step.
pub(crate) fn is_panicking() -> bool {
    let (mine, others) = PANICKING.get();
    std::thread::panicking() && (mine || !others)
}

/// Lets a thread of a run that is given up come to the end of its panic.
pub(crate) fn at_the_end<R>(resume: impl FnOnce() -> R) -> R {
    PATIENCE.set(1_000);
    STATE.set(Stage::Over);
    let result = resume();
    STATE.set(Stage::Outside);
    result
}

/// Forgets all of the run. What its threads have not dropped is lost.
pub(crate) fn clear() {
    let (bodies, freed) = WORLD.with_borrow_mut(|world| {
        world.counts.clear();
        world.notes.clear();
        world.effects.clear();
        world.names.clear();
        world.addresses.clear();
        world.open.clear();
        world.pauses.clear();
        (
            std::mem::take(&mut world.bodies),
            std::mem::take(&mut world.freed),
        )
    });
    // To drop what they have captured could mean a step.
    std::mem::forget(bodies);
    freed.into_iter().for_each(|free| free());
}

/// What whoever watches is to know of the next step.
pub(crate) fn set_details(details: Details) {
    DETAILS.set(details);
}

/// What is known of the last step.
pub(crate) fn details() -> Details {
    DETAILS.get()
}

/// Ends the run as a panic with this message does.
pub(crate) fn fail(text: String) {
    if STATE.get() == Stage::Inside && PANIC.get().is_none() {
        PANIC.set(Some(message_number(text)));
    }
}

fn message_number(text: String) -> usize {
    WORLD.with_borrow_mut(|world| {
        let known = world.messages.iter().position(|it| *it == text);
        known.unwrap_or_else(|| {
            world.messages.push(text);
            world.messages.len() - 1
        })
    })
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
                fail(text_of(info.payload()) + &place.unwrap_or_default());
                if WATCHED.get() {
                    usual(info);
                }
            }
            Stage::Inside if WATCHED.get() => usual(info),
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
