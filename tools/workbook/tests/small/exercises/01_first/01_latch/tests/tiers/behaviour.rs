use latch::Latch;

/// A new latch is shut.
#[test]
fn is_shut_at_first() {
    assert!(!Latch::default().is_open(), "nobody has opened it");
}

/// An open latch is open.
#[test]
fn opens() {
    let mut latch = Latch::default();
    latch.open();
    assert!(latch.is_open(), "it is still shut");
}

/// It stays open.
#[test]
fn opening_twice_is_opening() {
    let mut latch = Latch::default();
    latch.open();
    latch.open();
    assert!(latch.is_open(), "the second call has shut it");
}
