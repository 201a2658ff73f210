use crate::source::Latch;

/// Every schedule of one thread.
#[test]
fn opens_in_every_schedule() {
    lanes::model(|| {
        let mut latch = Latch::default();
        latch.open();
        assert!(latch.is_open(), "there is a schedule in which it is shut");
    });
}
