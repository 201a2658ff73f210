//! Look, and then change: by a read lock that is upgraded.

use super::locks::Numbers;
use super::mix::{add_one, assert_equal};
use crate::{mine, ours};

/// A function that looks and changes under this lock, which is upgraded by this guard.
macro_rules! upgrade {
    ($(#[$doc:meta])* $name:ident, $lock:ty, $guard:path) => {
        $(#[$doc])*
        #[inline]
        pub fn $name(lock: &$lock) {
            use $guard as Guard;

            let guard = lock.upgradable_read();
            assert_equal(&guard);
            add_one(&mut Guard::upgrade(guard));
        }
    };
}

upgrade! {
    /// With the lock of `parking_lot`.
    upgrade_theirs, parking_lot::RwLock<Numbers>, parking_lot::RwLockUpgradableReadGuard
}
upgrade! {
    /// With ours.
    upgrade_ours, ours::upgrade::RwLock<Numbers>, ours::upgrade::UpgradableGuard
}
upgrade! {
    /// With yours.
    upgrade_mine, mine::upgrade::RwLock<Numbers>, mine::upgrade::UpgradableGuard
}
