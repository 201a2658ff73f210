// Uses every name of `sync` once. The halves are in step if this compiles with both.

use std::time::Duration;

use super::sync::alloc::{self, Layout, Track};
use super::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8,
    AtomicU16, AtomicU32, AtomicU64, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
    fence,
};
use super::sync::cell::{SyncCell, UnsafeCell};
use super::sync::epoch;
use super::sync::{self, futex, hint, mpsc, task, thread, tracked};
use super::sync::{
    Arc, Barrier, BarrierWaitResult, Condvar, LazyLock, LockResult, Mutex, MutexGuard, Once, OnceLock, PoisonError, RwLock, RwLockReadGuard,
    RwLockWriteGuard, TryLockError, TryLockResult, WaitTimeoutResult, Weak,
};

static LAZY: LazyLock<AtomicU32> = LazyLock::new(|| AtomicU32::new(7));

sync::thread_local! {
    static LOCAL: AtomicU32 = AtomicU32::default();
}

static ONCE: Once = Once::new();
static ONCE_LOCK: OnceLock<u32> = OnceLock::new();

pub(crate) const PARTS: [fn(); 15] = [
    integers,
    updates,
    flags_and_pointers,
    cells,
    epochs,
    locks,
    sleeping,
    references,
    allocations,
    threads,
    statics,
    once,
    meeting,
    channels,
    futures,
];

fn once() {
    ONCE.call_once(|| ());
    assert!(ONCE.is_completed());
    assert_eq!(ONCE_LOCK.get_or_init(|| 1), &1);
    assert_eq!((ONCE_LOCK.get(), ONCE_LOCK.set(2)), (Some(&1), Err(2)));
    let mut own = OnceLock::from(3);
    *own.get_mut().unwrap() += 1;
    assert_eq!((own.take(), own.into_inner()), (Some(4), None));
    assert_eq!(OnceLock::<u32>::default().get(), None);
}

fn meeting() {
    let barrier = Barrier::new(2);
    let count = AtomicU32::new(0);
    thread::scope(|scope| {
        let other: thread::ScopedJoinHandle<'_, bool> = scope.spawn(|| {
            count.fetch_add(1, Relaxed);
            barrier.wait().is_leader()
        });
        let _ = other.thread().id();
        let own: BarrierWaitResult = barrier.wait();
        assert!(own.is_leader() != other.join().unwrap());
    });
    assert_eq!(count.load(Relaxed), 1);
    futex::wait(&count, 0);
    futex::wake_one(&count);
    futex::wake_all(&count);
    sync::show(&Mutex::new(1));
    sync::note("both have met");
}

fn channels() {
    let (sender, receiver): (mpsc::Sender<u32>, mpsc::Receiver<u32>) = mpsc::channel();
    assert_eq!(receiver.try_recv(), Err(mpsc::TryRecvError::Empty));
    sender.clone().send(1).unwrap();
    assert_eq!(receiver.recv(), Ok(1));
    sender.send(2).unwrap();
    drop(sender);
    assert_eq!(receiver.iter().collect::<Vec<_>>(), [2]);
    assert_eq!(receiver.recv(), Err(mpsc::RecvError));
    let (sender, receiver): (mpsc::SyncSender<u32>, _) = mpsc::sync_channel(1);
    sender.send(1).unwrap();
    assert_eq!(sender.try_send(2), Err(mpsc::TrySendError::Full(2)));
    drop(receiver);
    assert_eq!(sender.send(3), Err(mpsc::SendError(3)));
}

fn futures() {
    assert_eq!(task::block_on(async { 1 }), 1);
    let mut times = 0;
    let twice = std::future::poll_fn(|context: &mut task::Context<'_>| {
        times += 1;
        context.waker().wake_by_ref();
        match times {
            1 => task::Poll::Pending,
            _ => task::Poll::Ready(times),
        }
    });
    assert_eq!(task::block_on(twice), 2);
}

fn statics() {
    assert_eq!(LAZY.load(Acquire), 7);
    LOCAL.with(|local| assert_eq!(local.load(Relaxed), 0));
}

fn integers() {
    macro_rules! each {
        ($($atomic:ident)*) => {$(
            let mut number = $atomic::new(1);
            sync::name(&number, "number");
            assert_eq!(number.load(SeqCst), 1);
            number.store(2, Release);
            assert_eq!(number.swap(3, AcqRel), 2);
            assert_eq!(number.fetch_add(4, Relaxed), 3);
            assert_eq!(number.fetch_sub(1, Relaxed), 7);
            assert_eq!(number.fetch_and(5, Relaxed), 6);
            assert_eq!(number.fetch_or(3, Relaxed), 4);
            assert_eq!(number.fetch_xor(1, Relaxed), 7);
            assert_eq!(number.fetch_max(9, Relaxed), 6);
            assert_eq!(number.fetch_min(8, Relaxed), 9);
            assert_eq!(number.compare_exchange(8, 1, AcqRel, Acquire), Ok(8));
            assert_eq!(number.compare_exchange(8, 2, SeqCst, Relaxed), Err(1));
            while number.compare_exchange_weak(1, 5, AcqRel, Relaxed).is_err() {}
            assert_eq!(number.fetch_update(AcqRel, Acquire, |n| n.checked_add(1)), Ok(5));
            assert_eq!(number.fetch_update(AcqRel, Acquire, |_| None), Err(6));
            assert_eq!(number.fetch_nand(6, Relaxed), 6);
            *number.get_mut() = 3;
            assert_eq!(number.into_inner(), 3);
            assert_eq!($atomic::default().into_inner(), 0);
            assert_eq!($atomic::from(4).into_inner(), 4);
        )*};
    }
    each!(
        AtomicU8 AtomicU16 AtomicU32 AtomicU64 AtomicUsize
        AtomicI8 AtomicI16 AtomicI32 AtomicI64 AtomicIsize
    );
    // Wrapping, in the type's own width.
    assert_eq!(AtomicU8::new(255).fetch_add(1, Relaxed), 255);
    let wrapped = AtomicI8::new(127);
    wrapped.fetch_add(1, Relaxed);
    assert_eq!(wrapped.load(Relaxed), -128);
    assert_eq!(format!("{:?}", AtomicU8::new(9)), "9");
}

fn updates() {
    macro_rules! each {
        ($($atomic:ident)*) => {$(
            let number = $atomic::new(6);
            assert_eq!(number.try_update(AcqRel, Acquire, |_| None), Err(6));
            assert_eq!(number.try_update(AcqRel, Acquire, |n| n.checked_add(1)), Ok(6));
            assert_eq!(number.update(AcqRel, Acquire, |n| n + 1), 7);
        )*};
    }
    each!(
        AtomicU8 AtomicU16 AtomicU32 AtomicU64 AtomicUsize
        AtomicI8 AtomicI16 AtomicI32 AtomicI64 AtomicIsize
    );
}

fn flags_and_pointers() {
    let mut flag = AtomicBool::new(false);
    assert!(!flag.swap(true, AcqRel));
    assert!(flag.fetch_and(false, Relaxed));
    assert!(!flag.fetch_or(true, Relaxed));
    assert!(flag.fetch_xor(true, Relaxed));
    assert!(!flag.fetch_nand(true, Relaxed));
    assert!(flag.fetch_not(Relaxed));
    assert_eq!(flag.compare_exchange(false, true, Acquire, Relaxed), Ok(false));
    fence(SeqCst);
    *flag.get_mut() = false;
    assert!(!flag.load(Relaxed));
    assert!(!flag.into_inner());

    let (mut one, mut two) = (1, 2);
    let mut pointer = AtomicPtr::new(&raw mut one);
    assert_eq!(pointer.swap(&raw mut two, AcqRel), &raw mut one);
    let exchanged = pointer.compare_exchange(&raw mut two, &raw mut one, AcqRel, Acquire);
    assert_eq!(exchanged, Ok(&raw mut two));
    assert_eq!(pointer.fetch_or(1, Relaxed), &raw mut one);
    assert_eq!(pointer.fetch_xor(1, Relaxed), (&raw mut one).map_addr(|it| it | 1));
    assert_eq!(pointer.fetch_and(!1, Relaxed), &raw mut one);
    pointer.store(std::ptr::null_mut(), Release);
    assert!(pointer.get_mut().is_null());
    assert!(pointer.into_inner().is_null());
    assert!(AtomicPtr::<u8>::default().load(Acquire).is_null());
}

fn cells() {
    let mut cell = UnsafeCell::new(1);
    // SAFETY: no other thread knows of this cell.
    cell.with_mut(|value| unsafe { *value += 1 });
    // SAFETY: as above.
    assert_eq!(cell.with(|value| unsafe { *value }), 2);
    *cell.get_mut() = 3;
    assert_eq!(cell.into_inner(), 3);
    assert_eq!(UnsafeCell::<u8>::default().into_inner(), 0);
    let mut shared = SyncCell::new(1);
    // SAFETY: no other thread knows of this cell.
    shared.with_mut(|value| unsafe { *value += 1 });
    // SAFETY: as above.
    assert_eq!(shared.with(|value| unsafe { *value }), 2);
    *shared.get_mut() = 3;
    assert_eq!(shared.into_inner(), 3);
}

fn epochs() {
    let mut guard = epoch::pin();
    guard.repin();
    guard.flush();
    let pointer = epoch::Atomic::new(1);
    let tagged = pointer.fetch_or(1, AcqRel, &guard).with_tag(1);
    // SAFETY: nobody else knows of it.
    assert_eq!((tagged.tag(), unsafe { *tagged.as_raw() }), (1, 1));
    fn untag(old: epoch::Shared<'_, u32>) -> Option<epoch::Shared<'_, u32>> {
        (old.tag() == 1).then(|| old.with_tag(0))
    }
    assert!(pointer.fetch_update(AcqRel, Acquire, &guard, untag).is_ok());
    assert!(pointer.fetch_update(AcqRel, Acquire, &guard, untag).is_err());
    let first = pointer.load(Acquire, &guard);
    assert!(!first.is_null() && epoch::Shared::<u32>::null().is_null());
    // SAFETY: nobody else knows of it.
    assert_eq!(unsafe { first.as_ref() }, Some(&1));
    let mut owned = epoch::Owned::new(2);
    *owned += 1;
    let swung = pointer.compare_exchange(first, owned, AcqRel, Acquire, &guard);
    let second = swung.expect("nobody else changes it");
    // SAFETY: as above.
    assert_eq!(unsafe { *second.deref() }, 3);
    // SAFETY: it was taken out.
    unsafe { guard.defer_destroy(first) };
    let null = epoch::Shared::null();
    let epoch::CompareExchangeError { current, new } = pointer
        .compare_exchange(null, epoch::Owned::new(4), AcqRel, Relaxed, &guard)
        .expect_err("it is not null");
    assert!(current == second && *new == 4);
    let third = new.into_shared(&guard);
    assert_eq!(pointer.swap(third, AcqRel, &guard), second);
    while pointer.compare_exchange_weak(third, second, AcqRel, Relaxed, &guard).is_err() {}
    // SAFETY: it was taken out, and nobody else knows of it.
    assert_eq!(*unsafe { third.into_owned() }.into_box(), 4);
    // SAFETY: nothing is borrowed.
    unsafe { guard.defer_unchecked(|| ()) };
    drop(guard);
    // SAFETY: nobody else knows of it.
    let guard = unsafe { epoch::unprotected() };
    // SAFETY: as above.
    assert_eq!(*unsafe { pointer.load(Acquire, guard).deref() }, 3);
    // SAFETY: as above.
    drop(unsafe { pointer.into_owned() });
    let empty = epoch::Atomic::<u32>::null();
    empty.store(epoch::Shared::null(), Release);
    // SAFETY: as above.
    assert!(unsafe { empty.try_into_owned() }.is_none());
}

fn locks() {
    let mut mutex = Mutex::new(1);
    {
        let held: LockResult<MutexGuard<'_, u32>> = mutex.lock();
        let mut held = held.unwrap_or_else(PoisonError::into_inner);
        *held += 1;
        let refused: TryLockResult<MutexGuard<'_, u32>> = mutex.try_lock();
        assert!(matches!(refused, Err(TryLockError::WouldBlock)));
    }
    assert_eq!(*mutex.try_lock().unwrap(), 2);
    assert!(!mutex.is_poisoned());
    mutex.clear_poison();
    *mutex.get_mut().unwrap() = 3;
    assert_eq!(mutex.into_inner().unwrap(), 3);
    assert_eq!(*Mutex::<u8>::default().lock().unwrap(), 0);
    assert_eq!(*Mutex::from(4).lock().unwrap(), 4);

    let mut lock = RwLock::new(1);
    {
        let read: RwLockReadGuard<'_, u32> = lock.read().unwrap();
        assert_eq!(*read, 1);
        assert!(lock.try_write().is_err());
    }
    {
        let mut write: RwLockWriteGuard<'_, u32> = lock.write().unwrap();
        *write = 2;
        assert!(lock.try_read().is_err());
    }
    assert_eq!(*lock.try_read().unwrap(), 2);
    *lock.try_write().unwrap() = 3;
    assert_eq!(*RwLockWriteGuard::downgrade(lock.write().unwrap()), 3);
    assert!(!lock.is_poisoned());
    lock.clear_poison();
    assert_eq!(*lock.get_mut().unwrap(), 3);
    assert_eq!(lock.into_inner().unwrap(), 3);
}

fn sleeping() {
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let other = thread::spawn({
        let pair = Arc::clone(&pair);
        move || {
            *pair.0.lock().unwrap() = true;
            pair.1.notify_one();
            pair.1.notify_all();
        }
    });
    let mut ready = pair.0.lock().unwrap();
    while !*ready {
        ready = pair.1.wait(ready).unwrap();
    }
    let ready = pair.1.wait_while(ready, |ready| !*ready).unwrap();
    let moment = Duration::from_millis(1);
    let (ready, result): (_, WaitTimeoutResult) = pair.1.wait_timeout(ready, moment).unwrap();
    let _ = result.timed_out();
    let (ready, result) = pair.1.wait_timeout_while(ready, moment, |ready| !*ready).unwrap();
    assert!(*ready && !result.timed_out());
    drop(ready);
    other.join().unwrap();
    let _ = Condvar::default();
}

fn references() {
    let shared: Arc<u32> = Arc::new(1);
    let weak: Weak<u32> = Arc::downgrade(&shared);
    assert_eq!(weak.upgrade().as_deref(), Some(&1));

    let mut shared = tracked::Arc::new(1);
    *tracked::Arc::get_mut(&mut shared).unwrap() = 2;
    let weak = tracked::Arc::downgrade(&shared);
    let other = tracked::Arc::clone(&shared);
    assert!(tracked::Arc::ptr_eq(&shared, &other));
    assert_eq!(tracked::Arc::strong_count(&shared), 2);
    assert_eq!(tracked::Arc::weak_count(&shared), 1);
    assert_eq!(weak.strong_count(), 2);
    assert!(tracked::Arc::get_mut(&mut shared).is_none());
    let shared = tracked::Arc::try_unwrap(shared).unwrap_err();
    drop(shared);
    assert_eq!(weak.upgrade().as_deref(), Some(&2));
    assert_eq!(tracked::Arc::into_inner(other), Some(2));
    assert!(weak.clone().upgrade().is_none());
    assert!(tracked::Weak::<u32>::new().upgrade().is_none());
    assert_eq!(tracked::Arc::try_unwrap(tracked::Arc::from(3)).unwrap(), 3);
    assert_eq!(*tracked::Arc::<u32>::default(), 0);
    let cyclic = tracked::Arc::new_cyclic(|own: &tracked::Weak<u32>| own.strong_count() as u32);
    assert_eq!(*cyclic, 0);

    let mut boxed: tracked::Box<u32> = tracked::Box::new(1);
    *boxed += 1;
    let raw = tracked::Box::into_raw(boxed);
    // SAFETY: made by `into_raw`, just now.
    let boxed = unsafe { tracked::Box::from_raw(raw) };
    assert_eq!((*boxed, tracked::unbox(boxed)), (2, 2));
    assert_eq!((*tracked::Box::from(3), *tracked::Box::<u32>::default()), (3, 0));
}

fn allocations() {
    let mut tracked = Track::new(1);
    *tracked.get_mut() += 1;
    assert_eq!(*tracked.get_ref(), 2);
    assert_eq!(tracked.into_inner(), 2);

    let layout = Layout::new::<u64>();
    // SAFETY: the layout is not empty.
    let plain = unsafe { alloc::alloc(layout) };
    // SAFETY: as above.
    let zeroed = unsafe { alloc::alloc_zeroed(layout) };
    for pointer in [plain, zeroed] {
        assert!(!pointer.is_null());
        // SAFETY: allocated above, with this layout.
        unsafe { alloc::dealloc(pointer, layout) };
    }
}

fn threads() {
    let flag = Arc::new(AtomicBool::new(false));
    let main: thread::Thread = thread::current();
    let id: thread::ThreadId = main.id();
    let other: thread::JoinHandle<u32> = thread::Builder::new()
        .name(String::from("other"))
        .stack_size(1 << 16)
        .spawn({
            let flag = Arc::clone(&flag);
            move || {
                assert_eq!(thread::current().name(), Some("other"));
                assert_ne!(thread::current().id(), id);
                flag.store(true, Release);
                main.unpark();
                5
            }
        })
        .unwrap();
    assert_eq!(other.thread().name(), Some("other"));
    while !flag.load(Acquire) {
        thread::park();
    }
    let result: thread::Result<u32> = other.join();
    assert_eq!(result.unwrap(), 5);
    assert!(!thread::panicking());
    thread::park_timeout(Duration::from_millis(1));
    thread::sleep(Duration::from_millis(1));
    thread::yield_now();
    hint::spin_loop();
}
