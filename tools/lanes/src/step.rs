//! What one row of a report is made of: a step, the object it touched, and the values that went by.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::panic::Location;
use std::sync::atomic::Ordering;

/// Where in the source a step was taken.
pub(crate) type Site = &'static Location<'static>;

/// The number of a shared object, in the order in which the execution made them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ObjectId(pub(crate) u32);

/// A value that was read or written, as far as it can be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Value {
    /// Not a primitive, or not known.
    #[default]
    Unknown,
    /// A flag.
    Bool(bool),
    /// An integer of any size.
    Int(i128),
    /// An address. A report gives each a short name, because addresses change from run to run.
    Pointer(usize),
    /// Something else, as its `Debug` has it.
    Text(&'static str),
}

thread_local! {
    /// Each text once: it is never freed, so that a value can be copied.
    static TEXTS: RefCell<HashSet<&'static str>> = RefCell::default();
}

/// How much of a text is shown.
const LONGEST_TEXT: usize = 40;

impl Value {
    pub(crate) fn is_known(self) -> bool {
        self != Value::Unknown
    }

    /// A value as its `Debug` has it.
    pub(crate) fn text(value: &dyn fmt::Debug) -> Value {
        let mut text = format!("{value:?}");
        if let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT) {
            text.truncate(end);
            text.push('…');
        }
        Value::Text(TEXTS.with_borrow_mut(|all| {
            all.get(text.as_str()).copied().unwrap_or_else(|| {
                let text: &'static str = text.leak();
                all.insert(text);
                text
            })
        }))
    }

    /// The value behind `place`, if its type is a primitive.
    ///
    /// # Safety
    ///
    /// `place` must be valid for reads of an initialised `T`.
    pub(crate) unsafe fn peek<T: ?Sized>(place: *const T) -> Value {
        macro_rules! int {
            ($($int:ident)*) => {
                match std::any::type_name::<T>() {
                    // SAFETY: valid for reads, by the caller's contract; and it is a `bool`, for the name of any other
                    // type has a path.
                    "bool" => Value::Bool(unsafe { *place.cast::<bool>() }),
                    // SAFETY: as for `bool`.
                    $(stringify!($int) => Value::Int(unsafe { *place.cast::<$int>() } as i128),)*
                    _ => Value::Unknown,
                }
            };
        }
        int!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Unknown => f.write_str("?"),
            Value::Bool(flag) => flag.fmt(f),
            Value::Int(int) => int.fmt(f),
            Value::Pointer(0) => f.write_str("null"),
            Value::Pointer(address) => write!(f, "{address:#x}"),
            Value::Text(text) => f.write_str(text),
        }
    }
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Load,
    Store,
    /// A read-modify-write, with the name of its method.
    Rmw(&'static str),
    /// A compare-exchange; `weak` if it may fail without a reason.
    CompareExchange {
        weak: bool,
    },
    /// Access to an atomic by its owner alone: `get_mut`, `into_inner`.
    Exclusive(&'static str),
    Fence,
    CellRead,
    CellWrite,
    /// The end of an access that was open while other steps were taken.
    CellEnd {
        write: bool,
    },
    /// Takes a lock.
    Lock(Access),
    /// Takes a lock if it is free.
    TryLock(Access),
    Unlock(Access),
    /// Makes a reader of the writer.
    Downgrade,
    /// Unlocks the mutex and goes to sleep on a condition variable.
    Wait {
        timed: bool,
    },
    /// Wakes up from a condition variable.
    Woken(Wakeup),
    /// Wakes one thread, or all.
    Notify {
        all: bool,
    },
    /// Wakes that thread, or makes its next `park` return at once.
    Unpark(usize),
    Park,
    /// Parked until time is up, which may be at any moment.
    ParkTimeout,
    /// Lets others go first: `spin_loop`, `yield_now` or `sleep`, as `method` says.
    Spin,
    Spawn(usize),
    Join(usize),
    /// The thread's closure has returned.
    End,
    /// Something whose leak would be noticed: made or freed.
    Alloc,
    Free,
    /// Reaches something that lies in it. Has a row only if that fails.
    Use,
    /// A counted reference: copied, dropped, or taken from a weak one.
    Clone,
    Drop,
    Upgrade,
    /// A thread wants what it reaches from now on to be kept; no longer; and defers the destruction of something.
    Pin,
    Unpin,
    Defer,
    /// A method of something that stands on locks and atomics of its own, which have no rows.
    Call(Call),
    /// Words of the program's own.
    Note(&'static str),
}

/// A method, and what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    /// Behind the call: `: is there`.
    pub(crate) says: &'static str,
    /// Whether later calls that receive happen after it.
    pub(crate) publishes: bool,
    pub(crate) receives: bool,
}

impl Call {
    pub(crate) fn of(method: &'static str) -> Self {
        Self {
            method,
            ..Self::default()
        }
    }

    pub(crate) fn says(self, says: &'static str) -> Self {
        Self { says, ..self }
    }

    pub(crate) fn publishes(self) -> Self {
        Self {
            publishes: true,
            ..self
        }
    }

    pub(crate) fn receives(self) -> Self {
        Self {
            receives: true,
            ..self
        }
    }
}

/// Shared with other readers, or exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// A mutex has only one way to be locked.
    Mutex,
    Read,
    Write,
}

/// Why a wait came to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wakeup {
    Notified,
    Spurious,
    TimedOut,
}

/// One step of one thread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) thread: usize,
    pub(crate) op: Op,
    pub(crate) object: Option<ObjectId>,
    /// The mutex that a wait unlocks; the epochs, if the object is a node that a thread defers the destruction of.
    pub(crate) second_object: Option<ObjectId>,
    /// The name of its method, where several are steps of one kind.
    pub(crate) method: &'static str,
    /// The watched memory that the object lies in.
    pub(crate) memory: Option<ObjectId>,
    pub(crate) site: Site,
    pub(crate) order: Option<Ordering>,
    /// Of a compare-exchange that fails.
    pub(crate) failure_order: Option<Ordering>,
    /// What a compare-exchange hopes to find.
    pub(crate) expected: Value,
    /// What it was asked to write.
    pub(crate) argument: Value,
    pub(crate) read: Value,
    pub(crate) wrote: Value,
    /// Of a compare-exchange or a `try_lock`.
    pub(crate) succeeded: bool,
    /// A failure that no other thread caused.
    pub(crate) spurious: bool,
    /// The threads that a notification woke, one bit each.
    pub(crate) woken: u64,
    /// Where the store that it read stands in the modification order of its atomic, and where its own does. A larger number
    /// is newer.
    pub(crate) read_at: Option<u64>,
    pub(crate) wrote_at: Option<u64>,
    /// Its thread could have gone on, and another one took the next step.
    pub(crate) interrupted: bool,
}

impl Step {
    pub(crate) fn new(op: Op, site: Site) -> Self {
        Self {
            thread: 0,
            op,
            object: None,
            second_object: None,
            method: "",
            memory: None,
            site,
            order: None,
            failure_order: None,
            expected: Value::Unknown,
            argument: Value::Unknown,
            read: Value::Unknown,
            wrote: Value::Unknown,
            succeeded: true,
            spurious: false,
            woken: 0,
            read_at: None,
            wrote_at: None,
            interrupted: false,
        }
    }

    /// Adds where in modification order it read and wrote, as far as the engine tells.
    pub(crate) fn place(&mut self, details: explorer::Details) {
        self.read_at = details.read_at.or(self.read_at);
        self.wrote_at = details.wrote_at.or(self.wrote_at);
    }

    /// Whether it is a notification that woke that thread.
    pub(crate) fn wakes(&self, thread: usize) -> bool {
        self.woken & 1 << thread != 0
    }

    /// The threads that a notification woke.
    pub(crate) fn threads_woken(&self) -> impl Iterator<Item = usize> {
        (0..u64::BITS as usize).filter(|thread| self.wakes(*thread))
    }

    pub(crate) fn on(mut self, object: impl Into<ObjectId>) -> Self {
        self.object = Some(object.into());
        self
    }

    pub(crate) fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    /// Whether its object lies in that memory.
    pub(crate) fn lies_in(&self, memory: Option<ObjectId>) -> bool {
        memory.is_some() && self.memory == memory
    }

    pub(crate) fn ordered(mut self, order: Ordering) -> Self {
        self.order = Some(order);
        self
    }

    pub(crate) fn argument(mut self, value: Value) -> Self {
        self.argument = value;
        self
    }

    /// Whether it is an access to an atomic variable, with a value and an ordering.
    pub(crate) fn is_atomic(&self) -> bool {
        matches!(
            self.op,
            Op::Load | Op::Store | Op::Rmw(_) | Op::CompareExchange { .. }
        )
    }

    /// Whether it changes memory.
    pub(crate) fn writes(&self) -> bool {
        match self.op {
            Op::CellWrite | Op::Store | Op::Rmw(_) | Op::Exclusive(_) => true,
            Op::Alloc | Op::Free => true,
            Op::CompareExchange { .. } => self.succeeded,
            Op::CellEnd { write } => write,
            _ => false,
        }
    }

    /// The ordering that was in force: a failed compare-exchange has one of its own.
    pub(crate) fn effective_order(&self) -> Option<Ordering> {
        if self.succeeded {
            self.order
        } else {
            self.failure_order
        }
    }
}

/// A shared object of the program.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) kind: ObjectKind,
    /// Where it was made.
    pub(crate) site: Site,
    pub(crate) initial: Value,
    /// The name that the program gave it, if it did.
    pub(crate) name: Option<&'static str>,
    /// The thread that made it.
    pub(crate) maker: usize,
}

/// What sort of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    Atomic,
    Cell,
    Mutex,
    RwLock,
    Condvar,
    Arc,
    Allocation,
    Epoch,
    Once,
    Barrier,
    Channel,
}

impl ObjectKind {
    /// The word for it in a report; also the name of an object whose own cannot be guessed.
    pub(crate) fn word(self) -> &'static str {
        match self {
            ObjectKind::Atomic => "atomic",
            ObjectKind::Cell => "cell",
            ObjectKind::Mutex => "mutex",
            ObjectKind::RwLock => "rwlock",
            ObjectKind::Condvar => "condvar",
            ObjectKind::Arc => "arc",
            ObjectKind::Allocation => "allocation",
            ObjectKind::Epoch => "epoch",
            ObjectKind::Once => "once",
            ObjectKind::Barrier => "barrier",
            ObjectKind::Channel => "channel",
        }
    }
}

/// Fills in what was written to a cell through a reference that left the access which made it (a guard's
/// `deref_mut` returns one): the next access to the cell finds the value.
pub(crate) fn complete_writes(steps: &mut [Step], pending: &[Step]) {
    for index in 0..steps.len() {
        let write = steps[index];
        if write.op != Op::CellWrite || write.wrote.is_known() {
            continue;
        }
        let next = steps[index + 1..]
            .iter()
            .chain(pending)
            .find(|next| next.object == write.object && next.read.is_known());
        if let Some(next) = next {
            steps[index].wrote = next.read;
        }
    }
}
