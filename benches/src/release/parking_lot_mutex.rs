use lock_api::RawMutex as _;
use parking_lot::{Mutex, RawMutex};

use super::Release;

/// The mutex of `parking_lot`: by its guard, or by the raw lock under it, which has an `unlock`.
#[derive(Debug)]
pub struct ParkingLot(Mutex<()>);

/// A lock that was locked by hand. Only [`ParkingLot::take`](Release::take) makes one.
pub struct Locked<'a> {
    raw: &'a RawMutex,
    token: <RawMutex as lock_api::RawMutex>::Guard,
}

impl Release for ParkingLot {
    const NAME: &'static str = "parking_lot Mutex";

    type Taken<'a> = Locked<'a>;

    fn fresh() -> Self {
        Self(Mutex::new(()))
    }

    #[inline]
    fn guard(&self) -> impl Sized {
        self.0.lock()
    }

    #[inline]
    fn take(&self) -> Locked<'_> {
        // SAFETY: what is unlocked through it, in `give_back`, was locked through it, here.
        let raw = unsafe { self.0.raw() };
        let token = raw.lock();
        Locked { raw, token }
    }

    #[inline]
    fn give_back(taken: Locked<'_>) {
        let Locked { raw, token } = taken;
        // SAFETY: the token is from this lock, and this is where it is spent.
        unsafe { raw.unlock(token) };
    }

    fn is_held(&self) -> bool {
        self.0.is_locked()
    }
}
