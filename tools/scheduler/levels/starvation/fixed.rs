use crate::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use crate::sync::{Arc, hint, thread};

struct Door {
    next: AtomicU32,
    serving: AtomicU32,
    waiting: AtomicBool,
}

impl Door {
    fn arrive(&self) -> u32 {
        self.next.fetch_add(1, SeqCst)
    }

    fn enter(&self, ticket: u32) {
        while self.serving.load(SeqCst) != ticket {
            hint::spin_loop();
        }
    }

    fn leave(&self) {
        self.serving.fetch_add(1, SeqCst);
    }
}

pub fn program() {
    let door = Arc::new(Door {
        next: AtomicU32::new(0),
        serving: AtomicU32::new(0),
        waiting: AtomicBool::new(false),
    });
    let patient = thread::spawn({
        let door = Arc::clone(&door);
        move || {
            let ticket = door.arrive();
            door.waiting.store(true, SeqCst);
            door.enter(ticket);
            door.waiting.store(false, SeqCst);
            door.leave();
        }
    });
    let hasty = thread::spawn(move || {
        let mut overtaken = 0;
        for _ in 0..2 {
            let ticket = door.arrive();
            door.enter(ticket);
            overtaken += u32::from(door.waiting.load(SeqCst));
            door.leave();
        }
        assert!(overtaken < 2, "A waits, and B goes in again and again");
    });
    patient.join().unwrap();
    hasty.join().unwrap();
}
