//! Whose destructor runs under your lock: that of the value which an `insert` replaces.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};

use mutex_guards_examples::state;

type Sessions = Mutex<BTreeMap<&'static str, Session>>;

/// Looks at the lock of the map that it was in.
struct Session(Weak<Sessions>);

impl Drop for Session {
    fn drop(&mut self) {
        // The last one goes with the map, when it cannot be locked any more.
        if let Some(sessions) = self.0.upgrade() {
            println!("a session is dropped: {}", state(&sessions));
        }
    }
}

fn main() {
    let sessions: Arc<Sessions> = Arc::default();
    let session = || Session(Arc::downgrade(&sessions));
    sessions.lock().unwrap().insert("ada", session());

    // ANCHOR: insert
    sessions.lock().unwrap().insert("ada", session());

    let old = sessions.lock().unwrap().insert("ada", session());
    drop(old);
    // ANCHOR_END: insert
}
