//! What a model's operating-system thread remembers of the execution it is in.
//!
//! Loom runs all threads of a model as coroutines on the one thread that called it, and calls the closure
//! once per execution. So one thread-local buffer, emptied when an execution begins, holds exactly the
//! failing execution when one fails.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::panic::{self, AssertUnwindSafe, Location};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::ordering::{OrderingSite, Role, Weaken};
use crate::step::{self, Object, ObjectId, ObjectKind, Site, Step, Value};
use crate::sync::{alloc, epoch};

/// How one run of the checker is set up.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) max_branches: usize,
    pub(crate) max_threads: usize,
    pub(crate) max_executions: usize,
    /// Of all executions together. Unlike time, it is the same on every machine.
    pub(crate) max_steps: u64,
    pub(crate) preemption_bound: Option<usize>,
    pub(crate) record: Record,
    /// Whether waits may end without a reason.
    pub(crate) spurious: bool,
    /// Which weak compare-exchange of an execution fails without a reason, counted from 1.
    pub(crate) weak_failure: Option<usize>,
    /// Which wait or park of an execution ends as soon as it has begun, counted from 1; see [`sleep_ends_at_once`].
    pub(crate) sleepless: Option<usize>,
    /// Explores nothing below a round of waiting that changed nothing.
    pub(crate) skip_futile_rounds: bool,
    /// Puts a SeqCst fence between two SeqCst accesses of a thread.
    pub(crate) seq_cst_fences: bool,
    pub(crate) stores: Stores,
    /// Lets loads of different threads be tried in both orders; see `Atomic::load`.
    pub(crate) ordered_loads: bool,
    /// Tries every order of an attempt to lock and an unlock.
    pub(crate) ordered_attempts: bool,
    pub(crate) weaken: Option<Weaken>,
    /// Collects every place in the source that names an ordering.
    pub(crate) collect_orderings: bool,
}

impl Settings {
    /// Whether loom may end waits without a reason. One surprise is enough for an execution.
    fn wakes_spuriously(&self) -> bool {
        self.spurious && self.sleepless.is_none()
    }
}

/// Which order the stores to an atomic have, as far as loom knows; see `Atomic::store_in_order`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stores {
    /// What loom makes of it.
    AsLoomSays,
    /// A store comes after the read-modify-writes that were there before it.
    AfterReadModifyWrites,
    /// A store comes after all changes that were there before it. A machine may reorder more than that.
    InTurn,
}

/// Which executions are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    Nothing,
    Everything,
    /// Only that execution, counted from 1.
    Only(usize),
}

/// The part that other threads can see: the watchdog reads it while the model runs.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Grows with every step; a model whose count stands still is stuck.
    pub(crate) steps: AtomicU64,
    /// Where the latest step was taken. Null before the first.
    pub(crate) site: AtomicPtr<Location<'static>>,
    pub(crate) thread: AtomicUsize,
    /// The panic that ended the model. Kept here so that it is not lost if the thread gets stuck while it unwinds.
    pub(crate) failure: Mutex<Option<Failure>>,
    /// Whether a destructor panicked while that panic unwound, and the thread has been stopped for it.
    pub(crate) panicked_again: AtomicBool,
    /// Whether the program caught that panic, and went on.
    pub(crate) caught: AtomicBool,
}

/// A failing execution, as it was at the moment of its panic.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    /// File, line and column of the panic. `None` if the program raised it by `resume_unwind`, which does not tell.
    pub(crate) place: Option<(String, u32, u32)>,
    /// Which model thread panicked; `None` if all had ended.
    pub(crate) thread: Option<usize>,
    /// Which execution it was, counted from 1.
    pub(crate) execution: usize,
    pub(crate) steps: Vec<Step>,
    /// Steps that have begun and not taken effect, at most one per thread.
    pub(crate) pending: Vec<Step>,
    pub(crate) objects: Vec<Object>,
    pub(crate) threads: Vec<String>,
    pub(crate) aftermath: Aftermath,
}

/// What became of the thread while its panic unwound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Aftermath {
    #[default]
    Unwound,
    /// A destructor panicked, too. The thread has been left behind, for to go on would abort the process.
    PanickedAgain,
    /// The program caught it.
    Caught,
    /// A destructor took no step for seconds. The thread has been left behind.
    Stuck,
}

/// Which limit ended a run before it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CutOff {
    Executions,
    Steps,
}

/// What a run found out besides a failure.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) executions: usize,
    pub(crate) steps: u64,
    pub(crate) cut_off: Option<CutOff>,
    /// Most weak compare-exchanges in any one execution.
    pub(crate) weak_exchanges: usize,
    /// Most waits and parks in any one execution, of those that could end at once.
    pub(crate) sleeps: usize,
    /// Whether two threads loaded the same atomic.
    pub(crate) shared_loads: bool,
    /// Whether a thread tried to lock a mutex without waiting for it.
    pub(crate) lock_attempts: bool,
    pub(crate) orderings: Vec<OrderingSite>,
}

struct Context {
    settings: Settings,
    shared: Arc<Shared>,
    tally: Tally,
    orderings: HashMap<(Site, Role), OrderingSite>,
    steps: Vec<Step>,
    pending: Vec<Option<Step>>,
    objects: Vec<Object>,
    threads: Vec<Thread>,
    weak_exchanges: usize,
    sleeps: usize,
}

#[derive(Default)]
struct Thread {
    name: Option<String>,
    /// The round before, and how much had changed by its end.
    last_round: Option<(u64, u64)>,
    /// Whether a SeqCst access of this thread came before.
    seq_cst: bool,
    sleep: Option<Rc<loom::sync::Notify>>,
    /// Something of its own to take a turn at.
    gate: Option<Rc<loom::sync::Condvar>>,
    park: Option<Rc<Parker>>,
    woken_spuriously: bool,
}

/// A thread's parking place.
pub(crate) struct Parker {
    pub(crate) notify: loom::sync::Notify,
    /// Whether an `unpark` waits to be used up.
    pub(crate) token: Cell<bool>,
}

/// What every step touches, kept apart from the rest: a model takes millions of steps.
struct Hot {
    /// Which thread of the model is running.
    current: Cell<usize>,
    recording: Cell<bool>,
    /// Whether a panic of this execution has been noted.
    failed: Cell<bool>,
    /// Whether there was another panic since.
    panicked_again: Cell<bool>,
    /// Whether orderings are to be collected or weakened.
    asks_for_orderings: Cell<bool>,
    /// How many objects this execution has made.
    objects: Cell<u32>,
    /// Grows whenever shared state changes.
    changes: Cell<u64>,
    /// What each thread has seen since it last said that it waits.
    rounds: [Cell<u64>; loom::MAX_THREADS],
    /// Points into `CONTEXT` while a run is on; null otherwise.
    shared: Cell<*const Shared>,
}

thread_local! {
    static CONTEXT: RefCell<Option<Context>> = const { RefCell::new(None) };
    static HOT: Hot = const {
        Hot {
            current: Cell::new(0),
            recording: Cell::new(false),
            failed: Cell::new(false),
            panicked_again: Cell::new(false),
            asks_for_orderings: Cell::new(false),
            objects: Cell::new(0),
            changes: Cell::new(0),
            rounds: [const { Cell::new(0) }; loom::MAX_THREADS],
            shared: Cell::new(std::ptr::null()),
        }
    };
}

fn with<R>(work: impl FnOnce(&mut Context) -> R) -> R {
    CONTEXT.with_borrow_mut(|context| {
        work(
            context
                .as_mut()
                .expect("lanes' types can be used only inside `lanes::model`"),
        )
    })
}

/// Whether the panic that ends the model is unwinding. Loom's state may be gone by then, and a second panic
/// would abort the process; so all that a destructor still does goes to shadow values and never to loom.
///
/// A program may panic and catch it, as part of what the model is about. It begins such a panic with
/// `resume_unwind`, which does not call the hook: the model lives on, and destructors count.
pub(crate) fn dying() -> bool {
    HOT.with(|hot| hot.failed.get()) && std::thread::panicking()
}

// ----- a run, and an execution of it

/// Prepares this thread for a run.
pub(crate) fn start(settings: Settings, shared: Arc<Shared>) {
    HOT.with(|hot| {
        hot.shared.set(Arc::as_ptr(&shared));
        hot.asks_for_orderings
            .set(settings.collect_orderings || settings.weaken.is_some());
    });
    CONTEXT.set(Some(Context {
        settings,
        shared,
        tally: Tally::default(),
        orderings: HashMap::new(),
        steps: Vec::new(),
        pending: Vec::new(),
        objects: Vec::new(),
        threads: Vec::new(),
        weak_exchanges: 0,
        sleeps: 0,
    }));
}

/// Ends the run.
pub(crate) fn finish() -> Tally {
    HOT.with(|hot| {
        hot.recording.set(false);
        hot.shared.set(std::ptr::null());
    });
    let context = CONTEXT.take().expect("a run ends once");
    let mut tally = context.tally;
    tally.steps = context.shared.steps.load(Ordering::Relaxed);
    tally.weak_exchanges = tally.weak_exchanges.max(context.weak_exchanges);
    tally.sleeps = tally.sleeps.max(context.sleeps);
    tally.orderings = context.orderings.into_values().collect();
    tally.orderings.sort_by_key(OrderingSite::key);
    tally
}

/// Forgets the execution before. Ends the run if it has reached a limit, with a [`CutOff`] for a panic.
pub(crate) fn start_execution() {
    let cut_off = with(|context| {
        let settings = &context.settings;
        context.tally.cut_off = if context.tally.executions >= settings.max_executions {
            Some(CutOff::Executions)
        } else if context.shared.steps.load(Ordering::Relaxed) >= settings.max_steps {
            Some(CutOff::Steps)
        } else {
            None
        };
        context.tally.cut_off
    });
    if let Some(cut_off) = cut_off {
        panic::resume_unwind(Box::new(cut_off));
    }
    with(|context| {
        context.tally.executions += 1;
        context.tally.weak_exchanges = context.tally.weak_exchanges.max(context.weak_exchanges);
        context.weak_exchanges = 0;
        context.tally.sleeps = context.tally.sleeps.max(context.sleeps);
        context.sleeps = 0;
        context.steps.clear();
        context.pending.clear();
        context.objects.clear();
        context.threads.clear();
        context.threads.push(Thread::default());
        let recording = match context.settings.record {
            Record::Nothing => false,
            Record::Everything => true,
            Record::Only(n) => n == context.tally.executions,
        };
        HOT.with(|hot| {
            hot.recording.set(recording);
            hot.failed.set(false);
            hot.panicked_again.set(false);
        });
    });
    HOT.with(|hot| {
        hot.objects.set(0);
        hot.changes.set(0);
        for round in &hot.rounds {
            round.set(0);
        }
    });
    alloc::start_execution();
    epoch::start_execution();
    enter_thread(0);
}

// ----- panics

/// Runs a thread of the model. A panic that leaves it is noted, if the hook has not seen it: `resume_unwind` does
/// not call the hook.
pub(crate) fn run_thread<R>(run: impl FnOnce() -> R) -> R {
    match panic::catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => {
            end_if_failed();
            result
        }
        Err(payload) => {
            if !HOT.with(|hot| hot.failed.get()) {
                let text = message(&*payload).unwrap_or_else(|| String::from("(no message)"));
                note_panic(text, None);
            }
            panic::resume_unwind(payload)
        }
    }
}

/// What a panic says.
pub(crate) fn message(payload: &(dyn Any + Send)) -> Option<String> {
    if let Some(text) = payload.downcast_ref::<&str>() {
        return Some((*text).to_owned());
    }
    payload.downcast_ref::<String>().cloned()
}

/// Ends the model if it goes on after a panic that the hook has seen: destructors took no steps meanwhile, so what
/// would follow is not what the program does.
fn end_if_failed() {
    if HOT.with(|hot| hot.failed.get()) && !std::thread::panicking() {
        with(|context| context.shared.caught.store(true, Ordering::Release));
        panic::resume_unwind(Box::new("a panic was caught inside the model"));
    }
}

/// What the panic hook is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    /// The panic belongs to no model.
    NotOurs,
    /// It ends a model and will be shown as a report, or it is a consequence of one that does.
    Ours,
}

/// Called when the process is about to abort, in a signal handler. Returns whether a destructor of this thread's
/// model is the reason, so that it is enough to stop the thread.
pub(crate) fn about_to_abort() -> bool {
    HOT.with(|hot| {
        // SAFETY: as in `begin`.
        let shared = unsafe { hot.shared.get().as_ref() };
        if let Some(shared) = shared.filter(|_| hot.panicked_again.get()) {
            shared.panicked_again.store(true, Ordering::Release);
            return true;
        }
        false
    })
}

/// Notes a panic, if it belongs to a model. Called by the panic hook.
pub(crate) fn note_panic(message: String, place: Option<(String, u32, u32)>) -> Noted {
    CONTEXT
        .try_with(|context| {
            let Ok(mut context) = context.try_borrow_mut() else {
                return Noted::NotOurs;
            };
            let Some(context) = context.as_mut() else {
                return Noted::NotOurs;
            };
            if HOT.with(|hot| hot.failed.get()) {
                HOT.with(|hot| hot.panicked_again.set(true));
                return Noted::Ours;
            }
            let threads = context.threads.iter().map(|thread| thread.name.clone());
            let pending: Vec<Step> = context.pending.iter().flatten().copied().collect();
            let mut steps = context.steps.clone();
            step::complete_writes(&mut steps, &pending);
            let failure = Failure {
                message,
                place,
                thread: Some(current()),
                execution: context.tally.executions,
                steps,
                pending,
                objects: context.objects.clone(),
                threads: threads.map(Option::unwrap_or_default).collect(),
                aftermath: Aftermath::Unwound,
            };
            if let Ok(mut slot) = context.shared.failure.lock() {
                *slot = Some(failure);
            }
            HOT.with(|hot| hot.failed.set(true));
            Noted::Ours
        })
        .unwrap_or(Noted::NotOurs)
}

// ----- threads

/// Which thread of the model is running.
pub(crate) fn current() -> usize {
    HOT.with(|hot| hot.current.get())
}

/// The coroutine that calls it is thread `thread` from here on.
pub(crate) fn enter_thread(thread: usize) {
    HOT.with(|hot| hot.current.set(thread));
}

/// Calls something in loom that may let other threads run first, outside of a step.
pub(crate) fn switching<R>(call: impl FnOnce() -> R) -> R {
    let thread = current();
    let result = call();
    enter_thread(thread);
    result
}

/// Makes room for a new thread and returns its number.
pub(crate) fn add_thread(name: Option<String>) -> usize {
    with(|context| {
        context.threads.push(Thread {
            name,
            ..Thread::default()
        });
        context.threads.len() - 1
    })
}

/// Where a thread sleeps when it waits on a condition variable.
pub(crate) fn sleep_place(thread: usize) -> Rc<loom::sync::Notify> {
    if let Some(place) = with(|context| context.threads[thread].sleep.clone()) {
        return place;
    }
    let place = Rc::new(loom::sync::Notify::new());
    with(|context| context.threads[thread].sleep = Some(Rc::clone(&place)));
    place
}

/// Two threads have loaded the same atomic.
pub(crate) fn loads_are_shared() {
    with(|context| context.tally.shared_loads = true);
}

/// Whether loads are to be tried in both orders.
pub(crate) fn orders_loads() -> bool {
    with(|context| context.settings.ordered_loads)
}

/// Notes an attempt to lock. Says whether it should be ordered against every unlock.
pub(crate) fn attempts_to_lock() -> bool {
    with(|context| {
        context.tally.lock_attempts = true;
        context.settings.ordered_attempts
    })
}

/// Whether an unlock should be ordered against every attempt to lock.
pub(crate) fn orders_attempts() -> bool {
    with(|context| context.settings.ordered_attempts)
}

/// Which order stores are to have. If not loom's own, gives the others a turn now, at a place that has
/// nothing to do with any object, so that the store itself need not.
pub(crate) fn take_turn_before_store() -> Stores {
    let stores = with(|context| context.settings.stores);
    if stores == Stores::AsLoomSays {
        return stores;
    }
    let thread = current();
    let gate = match with(|context| context.threads[thread].gate.clone()) {
        Some(gate) => gate,
        None => {
            let gate = Rc::new(loom::sync::Condvar::new());
            with(|context| context.threads[thread].gate = Some(Rc::clone(&gate)));
            gate
        }
    };
    // Nobody waits for it: all that it does is to be a step.
    switching(|| gate.notify_one());
    stores
}

/// Where a thread parks.
pub(crate) fn parker(thread: usize) -> Rc<Parker> {
    if let Some(place) = with(|context| context.threads[thread].park.clone()) {
        return place;
    }
    let place = Rc::new(Parker {
        notify: loom::sync::Notify::new(),
        token: Cell::new(false),
    });
    with(|context| context.threads[thread].park = Some(Rc::clone(&place)));
    place
}

/// Whether this thread may wake up without a reason now: at most once per execution, or a loop round the
/// wait would never end.
pub(crate) fn may_wake_spuriously() -> bool {
    with(|context| {
        let thread = &mut context.threads[current()];
        context.settings.wakes_spuriously()
            && !std::mem::replace(&mut thread.woken_spuriously, true)
    })
}

/// Whether [`may_wake_spuriously`] would say yes. Leaves the one time as it is.
pub(crate) fn can_wake_spuriously() -> bool {
    with(|context| {
        context.settings.wakes_spuriously() && !context.threads[current()].woken_spuriously
    })
}

/// Whether the wait or park that begins now ends before anybody else takes a step.
///
/// Where loom wakes a thread without a reason, and where time is up, some other thread goes on first. If that one
/// stands in front of a lock, it takes the lock, and the thread that woke finds everything done. So each sleep is
/// tried without sleeping as well, in an exploration of its own.
pub(crate) fn sleep_ends_at_once(timed: bool) -> bool {
    with(|context| {
        if !timed && !context.settings.spurious {
            return false;
        }
        context.sleeps += 1;
        context.settings.sleepless == Some(context.sleeps)
    })
}

// ----- steps

/// Gives the next object its number.
pub(crate) fn new_object(kind: ObjectKind, site: Site, initial: Value) -> ObjectId {
    let id = HOT.with(|hot| ObjectId(hot.objects.replace(hot.objects.get() + 1)));
    if recording() && !dying() {
        with(|context| {
            context.objects.push(Object {
                kind,
                site,
                initial,
                name: None,
            });
        });
    }
    id
}

/// Gives an object the name that reports use.
pub(crate) fn name_object(id: ObjectId, name: &'static str) {
    if recording() && !dying() {
        with(|context| {
            if let Some(object) = context.objects.get_mut(id.0 as usize) {
                object.name = Some(name);
            }
        });
    }
}

fn recording() -> bool {
    HOT.with(|hot| hot.recording.get())
}

/// A step that has begun. [`Pending::end`] puts it into the record at the place where it took effect; if
/// it never ends (a deadlock, a panic), it stays pending.
pub(crate) struct Pending {
    thread: usize,
}

/// Begins a step of the running thread.
#[inline]
pub(crate) fn begin(site: Site, step: impl FnOnce() -> Step) -> Pending {
    let (thread, recording) = HOT.with(|hot| {
        if hot.failed.get() {
            end_if_failed();
        }
        let thread = hot.current.get();
        // SAFETY: null, or what `CONTEXT` holds until `finish`, which is called after the last step.
        if let Some(shared) = unsafe { hot.shared.get().as_ref() } {
            // Only this thread writes: no read-modify-write is needed.
            let steps = shared.steps.load(Ordering::Relaxed);
            shared.steps.store(steps + 1, Ordering::Relaxed);
            let site = std::ptr::from_ref(site).cast_mut();
            shared.site.store(site, Ordering::Relaxed);
            shared.thread.store(thread, Ordering::Relaxed);
        }
        (thread, hot.recording.get())
    });
    if recording {
        with(|context| {
            if context.pending.len() <= thread {
                context.pending.resize(thread + 1, None);
            }
            let mut step = step();
            step.thread = thread;
            context.pending[thread] = Some(step);
        });
    }
    Pending { thread }
}

impl Pending {
    /// Ends the step: `fill` adds what is known only now. Returns its place in the record.
    #[inline]
    pub(crate) fn end(self, fill: impl FnOnce(&mut Step)) -> Option<usize> {
        // Other threads may have run since; they have left their own number here.
        enter_thread(self.thread);
        if !recording() {
            return None;
        }
        with(|context| {
            let mut step = context.pending.get_mut(self.thread)?.take()?;
            fill(&mut step);
            context.steps.push(step);
            Some(context.steps.len() - 1)
        })
    }
}

/// How many steps the run has taken.
pub(crate) fn steps() -> u64 {
    // SAFETY: as in `begin`.
    let shared = HOT.with(|hot| unsafe { hot.shared.get().as_ref() });
    shared.map_or(0, |shared| shared.steps.load(Ordering::Relaxed))
}

/// A step that takes no time: nothing can come between its begin and its end.
pub(crate) fn note(step: Step) {
    begin(step.site, || step).end(|_| {});
}

/// Changes a step that is in the record already.
pub(crate) fn amend(place: Option<usize>, change: impl FnOnce(&mut Step)) {
    if let Some(place) = place {
        with(|context| change(&mut context.steps[place]));
    }
}

// ----- waiting in a loop

/// The running thread saw `value` in `object`: part of the round of its waiting loop.
#[inline]
pub(crate) fn saw(object: ObjectId, value: u64) {
    HOT.with(|hot| {
        let Some(round) = hot.rounds.get(hot.current.get()) else {
            return;
        };
        // Any mixing will do: a collision costs one spin.
        let mixed = round.get() ^ value.wrapping_add(u64::from(object.0) << 32);
        let mixed = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
        round.set(mixed.wrapping_add(1));
    });
}

/// Shared state has changed: a waiting thread has a reason to look again.
#[inline]
pub(crate) fn changed() {
    HOT.with(|hot| hot.changes.set(hot.changes.get() + 1));
}

/// The running thread has come round its waiting loop. Returns whether it is exactly where it was: it
/// saw the same as the round before, and nothing has changed since.
pub(crate) fn round_was_futile() -> bool {
    with(|context| {
        let thread = current();
        let round = HOT.with(|hot| (hot.rounds[thread].take(), hot.changes.get()));
        let thread = &mut context.threads[thread];
        thread.last_round.replace(round) == Some(round) && context.settings.skip_futile_rounds
    })
}

// ----- orderings and weak operations

/// The ordering to use at that site, which may be weaker than the one asked for.
#[inline]
pub(crate) fn ordering(site: OrderingSite) -> Ordering {
    if !HOT.with(|hot| hot.asks_for_orderings.get()) {
        return site.ordering;
    }
    with(|context| {
        if context.settings.collect_orderings {
            context
                .orderings
                .entry((site.site, site.role))
                .or_insert(site);
        }
        match &context.settings.weaken {
            Some(weaken) if weaken.applies_to(&site) => weaken.apply(&site),
            _ => site.ordering,
        }
    })
}

/// Called before an access with `ordering`; puts a fence before a SeqCst access that follows another.
#[inline]
pub(crate) fn before_access(ordering: Ordering) {
    if ordering != Ordering::SeqCst {
        return;
    }
    let fence = with(|context| {
        let thread = &mut context.threads[current()];
        std::mem::replace(&mut thread.seq_cst, true) && context.settings.seq_cst_fences
    });
    if fence {
        loom::sync::atomic::fence(Ordering::SeqCst);
    }
}

/// Whether the weak compare-exchange that is about to run fails without a reason.
pub(crate) fn weak_exchange_fails() -> bool {
    with(|context| {
        context.weak_exchanges += 1;
        context.settings.weak_failure == Some(context.weak_exchanges)
    })
}

/// The name that a thread was started with.
pub(crate) fn thread_name(thread: usize) -> Option<String> {
    with(|context| context.threads[thread].name.clone())
}
