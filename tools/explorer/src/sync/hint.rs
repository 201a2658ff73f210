//! What to do while you wait.

use crate::op::Op;
use crate::world::step;

/// Says that this thread waits for another. A loop that waits is recognised without it, too; with it, sooner.
pub fn spin_loop() {
    step(Op::Pause);
}
