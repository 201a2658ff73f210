//! The steps of a program, for those who write types that look like `std`'s on top of them.
//!
//! Everything here works only in a program that is being explored: where [`is_open`] says so. A value in an atomic is 64
//! bits, whatever its type; what is in a cell or a lock stays with the caller, who says how to compare it: [`content_of`].
//!
//! Every method that takes a step may let any other thread take steps before it returns. Steps panic outside of a program
//! that is explored, and return at once, with nothing, while a panic unwinds that ends it.

use std::panic::Location;
use std::sync::atomic::Ordering;

pub use crate::op::{Content, Hold, Update};
pub use crate::watch::{Details, Watch, Woken};

use crate::op::{Effect, Op};
use crate::world::{self, Kind, effect, number, step};

/// Whether a program is being explored on this thread of the machine.
pub fn is_open() -> bool {
    world::is_open()
}

/// Whether what the running thread does is part of the execution: no panic has ended it.
pub fn counts() -> bool {
    world::counts()
}

/// The number of the running thread; 0 is the program's own.
pub fn current() -> usize {
    world::me()
}

/// Whether the running thread unwinds. (`std` cannot tell it from others that were suspended in the middle of a panic.)
pub fn panicking() -> bool {
    world::is_panicking()
}

/// How many steps were taken so far. Between two of one thread, others have had their turn.
pub fn steps() -> usize {
    world::steps()
}

/// What is known of the step that was taken last, while an execution is shown to a [`Watch`]. The program must not depend
/// on it.
pub fn details() -> Details {
    world::details()
}

/// Whether that address lies right below the stack of the running thread: to touch it is an overflow. May be called in a
/// signal handler.
pub fn is_below_stack(address: usize) -> bool {
    world::is_below_stack(address)
}

/// Ends the execution as a panic with this message does.
pub fn fail(message: String) {
    world::fail(message);
}

/// Notes where in the source the running thread takes its next step, or makes the next thing, which holds a `T`. Nothing
/// depends on it: a [`graph`](crate::graph) shows it.
pub fn note<T: ?Sized>(place: &'static Location<'static>) {
    world::note((place, std::any::type_name::<T>()));
}

/// What is inside: a primitive, or an option of one, is compared by its value, anything else by what its writer had been
/// told.
pub fn content_of<T>(value: &T) -> Content {
    // SAFETY: a reference is valid for reads, and initialised.
    unsafe { content_at(value) }
}

/// What is there, as [`content_of`] has it.
///
/// # Safety
///
/// `place` must be valid for reads of an initialised `T`.
pub unsafe fn content_at<T>(place: *const T) -> Content {
    macro_rules! primitives {
        ($($primitive:ident)*) => {
            match std::any::type_name::<T>() {
                "()" => Content::Value(0),
                $(stringify!($primitive) => {
                    // SAFETY: valid, by the caller's contract; and only the primitive itself has this name: every other
                    // type's has a path.
                    let value = unsafe { *place.cast::<$primitive>() };
                    Content::Value(value as u64 as u128)
                })*
                $(concat!("core::option::Option<", stringify!($primitive), ">") => {
                    // SAFETY: as above.
                    let value = unsafe { *place.cast::<Option<$primitive>>() };
                    Content::Value(value.map_or(0, |value| 1 << 64 | value as u64 as u128))
                })*
                _ => Content::Told,
            }
        };
    }
    primitives!(bool u8 u16 u32 u64 usize i8 i16 i32 i64 isize)
}

/// What is inside, by a description of all that can make a difference.
pub fn content_by(description: Vec<u8>) -> Content {
    world::described(description)
}

/// A name for an address that is the same in every execution: the thread that speaks of it first gives it.
pub fn name_of(address: usize) -> u64 {
    world::name_of(address)
}

/// Stands for the address of a static, for something that the running thread makes now: no other has it.
pub fn fresh_address() -> usize {
    usize::MAX / 2 + number(Kind::Address)
}

/// A new name, for what was just allocated there.
pub fn fresh_name(address: usize) {
    world::fresh_name(address);
}

/// The address that has this name.
pub fn address_of(name: u64) -> usize {
    world::address_of(name)
}

/// Does something when the execution is over: frees memory, so that no address is given out twice.
pub fn when_over(work: impl FnOnce() + 'static) {
    world::free_later(work);
}

/// A fence.
pub fn fence(order: Ordering) {
    step(Op::Fence(order));
}

/// An atomic of any type.
#[derive(Debug)]
pub struct Atomic {
    x: usize,
    mask: u64,
}

impl Atomic {
    /// An atomic whose values have no other bits than those of `mask`.
    pub fn new(val: u64, mask: u64) -> Self {
        let x = number(Kind::Atomic);
        effect(Effect::Atomic { x, val });
        Self { x, mask }
    }

    /// The atomic of the static at that address. It has always been there, and holds zero at first.
    pub fn of_static(address: usize, mask: u64) -> Self {
        let x = world::number_of_static(Kind::Atomic, address);
        Self { x, mask }
    }

    /// Stands for an address that belongs to this atomic alone, for [`Lock::of_static`] and [`Condvar::of_static`].
    pub fn address(&self) -> usize {
        usize::MAX - self.x
    }

    /// Reads.
    ///
    /// # Panics
    ///
    /// Panics if the ordering releases.
    pub fn load(&self, o: Ordering) -> u64 {
        assert!(
            !matches!(o, Ordering::Release | Ordering::AcqRel),
            "a load cannot release"
        );
        step(Op::Load { x: self.x, o }).val
    }

    /// Writes.
    ///
    /// # Panics
    ///
    /// Panics if the ordering acquires.
    pub fn store(&self, val: u64, o: Ordering) {
        assert!(
            !matches!(o, Ordering::Acquire | Ordering::AcqRel),
            "a store cannot acquire"
        );
        step(Op::Store { x: self.x, val, o });
    }

    /// Reads and writes. Returns the value before.
    pub fn update(&self, by: Update, o: Ordering) -> u64 {
        let mask = self.mask;
        step(Op::Rmw {
            x: self.x,
            by,
            mask,
            o,
        })
        .val
    }

    /// Writes the second value if it finds the first. A weak one may fail for no reason.
    ///
    /// # Errors
    ///
    /// The value, if it has not written.
    ///
    /// # Panics
    ///
    /// Panics if the ordering of a failure releases.
    pub fn exchange(
        &self,
        (old, new): (u64, u64),
        ok: Ordering,
        fail: Ordering,
        weak: bool,
    ) -> Result<u64, u64> {
        assert!(
            !matches!(fail, Ordering::Release | Ordering::AcqRel),
            "a failed exchange cannot release"
        );
        let x = self.x;
        let reply = step(Op::Cas {
            x,
            old,
            new,
            ok,
            fail,
            weak,
        });
        if reply.ok {
            Ok(reply.val)
        } else {
            Err(reply.val)
        }
    }

    /// Reads by its owner.
    pub fn own(&self) -> u64 {
        step(Op::Own {
            x: self.x,
            val: None,
        })
        .val
    }

    /// Writes by its owner.
    pub fn own_store(&self, val: u64) {
        step(Op::Own {
            x: self.x,
            val: Some(val),
        });
    }
}

/// Plain memory whose accesses are watched.
#[derive(Debug)]
pub struct Cell {
    c: usize,
}

impl Cell {
    /// Memory with that inside.
    pub fn new(content: Content) -> Self {
        let c = number(Kind::Cell);
        effect(Effect::Cell {
            c,
            content,
            owned: false,
        });
        Self { c }
    }

    /// An access that reads.
    pub fn read(&self) {
        step(Op::Read { c: self.c });
    }

    /// An access that writes.
    pub fn write(&self) {
        step(Op::Write { c: self.c });
    }

    /// What is inside, after a write.
    pub fn wrote(&self, content: Content) {
        effect(Effect::Wrote { c: self.c, content });
    }

    /// The writer may still write to that place, through a reference, until it publishes what it has done. What is there is
    /// looked at before the thread's next steps, and not after the cell was dropped.
    ///
    /// # Safety
    ///
    /// `place` is valid for reads of an initialised `T` until the thread publishes something, or the cell is dropped.
    pub unsafe fn leave_open<T>(&self, place: *const T) {
        /// # Safety
        ///
        /// As for [`content_at`].
        unsafe fn content<T>(place: *const ()) -> Content {
            // SAFETY: the caller's contract is the same.
            unsafe { content_at(place.cast::<T>()) }
        }
        world::leave_open(self.c, place.cast(), content::<T>);
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        world::forget_open(self.c);
    }
}

/// Memory that has to be freed before the execution ends.
#[derive(Clone, Copy, Debug)]
pub struct Allocation {
    c: usize,
}

impl Allocation {
    /// Allocates memory with that inside.
    pub fn new(content: Content) -> Self {
        let c = number(Kind::Cell);
        effect(Effect::Cell {
            c,
            content,
            owned: true,
        });
        Self { c }
    }

    /// What is inside, after a write.
    pub fn wrote(&self, content: Content) {
        effect(Effect::Wrote { c: self.c, content });
    }

    /// An access that reads.
    pub fn read(&self) {
        step(Op::Read { c: self.c });
    }

    /// An access that writes.
    pub fn write(&self) {
        step(Op::Write { c: self.c });
    }

    /// Frees.
    pub fn free(&self) {
        step(Op::Free { c: self.c });
    }
}

/// A reader–writer lock that prefers neither side; a mutex, if it is only locked [`Hold::Exclusive`].
#[derive(Debug)]
pub struct Lock {
    m: usize,
}

impl Lock {
    /// A lock, free, with that inside.
    pub fn new(content: Content) -> Self {
        let m = number(Kind::Lock);
        effect(Effect::Lock { m, content });
        Self { m }
    }

    /// The lock of the static at that address. It has always been there; what is inside is new until something was left.
    pub fn of_static(address: usize) -> Self {
        let m = world::number_of_static(Kind::Lock, address);
        Self { m }
    }

    /// Waits until it is free, and locks. Whether something was ever left inside.
    pub fn lock(&self, hold: Hold) -> bool {
        step(Op::Lock { m: self.m, hold }).content != 0
    }

    /// Locks if it is free. Whether it was.
    pub fn try_lock(&self, hold: Hold) -> bool {
        step(Op::TryLock { m: self.m, hold }).ok
    }

    /// Leaves that inside, and holds the lock together with other readers from now on. No writer comes in between.
    pub fn downgrade(&self, content: Content) {
        step(Op::Downgrade { m: self.m, content });
    }

    /// Unlocks, and leaves that inside.
    pub fn unlock(&self, hold: Hold, content: Content) {
        step(Op::Unlock {
            m: self.m,
            hold,
            content,
        });
    }
}

/// A condition variable. A waiter may wake up for no reason, at any time and any number of times; one notification may wake
/// any waiter; and time may be up at any moment.
#[derive(Debug)]
pub struct Condvar {
    v: usize,
}

impl Condvar {
    /// A condition variable that nobody waits on.
    pub fn new() -> Self {
        Self {
            v: number(Kind::Condvar),
        }
    }

    /// The condition variable of the static at that address.
    pub fn of_static(address: usize) -> Self {
        Self {
            v: world::number_of_static(Kind::Condvar, address),
        }
    }

    /// Unlocks, sleeps until woken, and locks again. Whether time was up.
    pub fn wait(&self, lock: &Lock, content: Content, timed: bool) -> bool {
        let (v, m) = (self.v, lock.m);
        !step(Op::Wait {
            v,
            m,
            content,
            timed,
        })
        .ok
    }

    /// Wakes one of those who wait, if any does.
    pub fn notify_one(&self) {
        step(Op::NotifyOne { v: self.v });
    }

    /// Wakes all who wait.
    pub fn notify_all(&self) {
        step(Op::NotifyAll { v: self.v });
    }
}

impl Default for Condvar {
    fn default() -> Self {
        Self::new()
    }
}

/// A reference count, as of an `Arc`. It starts at one; if it is not zero when all threads have ended, that is a leak.
#[derive(Debug)]
pub struct Refs {
    r: usize,
}

impl Refs {
    /// The count of a new reference.
    pub fn new() -> Self {
        let r = number(Kind::Refs);
        effect(Effect::Refs { r });
        Self { r }
    }

    /// One more.
    pub fn add(&self) {
        step(Op::Ref { r: self.r });
    }

    /// One less. Whether it was the last: then all that others have done before they dropped theirs happens before.
    pub fn release(&self) -> bool {
        step(Op::Unref { r: self.r }).ok
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        step(Op::RefCount { r: self.r }).val
    }

    /// One more, if there is one.
    pub fn upgrade(&self) -> bool {
        step(Op::Upgrade { r: self.r }).ok
    }

    /// Drops the reference if it is the only one. Whether it was.
    pub fn unwrap(&self) -> bool {
        step(Op::Unwrap { r: self.r }).ok
    }
}

impl Default for Refs {
    fn default() -> Self {
        Self::new()
    }
}

/// Threads.
pub mod thread {
    use super::{Content, Kind, Op, number, step, world};

    /// The number of the next thread that the running one starts.
    pub fn next() -> usize {
        number(Kind::Thread)
    }

    /// Starts the thread with that number. What `body` returns says what whoever joins it is told.
    pub fn spawn(t: usize, body: impl FnOnce() -> Content + 'static) {
        world::spawn(t, Box::new(body));
    }

    /// Waits for its end.
    pub fn join(t: usize) {
        step(Op::Join(t));
    }

    /// Sleeps until unparked, or for no reason less long; if `timed`, until time is up, which may be at any moment.
    pub fn park(timed: bool) {
        step(Op::Park { timed });
    }

    /// Wakes that thread, or makes its next `park` return at once.
    pub fn unpark(t: usize) {
        step(Op::Unpark(t));
    }

    /// Says that this thread waits for another.
    pub fn pause() {
        step(Op::Pause);
    }
}
