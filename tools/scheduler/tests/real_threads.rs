//! The same programs on std, where threads are real and nobody chooses.

use lanes_std::sync;

#[allow(
    clippy::all,
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "among them are known wrong solutions, as they are"
)]
#[path = "../levels/all.rs"]
mod levels;

/// Those that are broken are not run: some would never end.
#[test]
fn fixed_programs_hold_on_real_threads() {
    let programs = [
        levels::lost_update::fixed::program,
        levels::early_unlock::fixed::program,
        levels::two_holders::fixed::program,
        levels::opposite_order::fixed::program,
        levels::round_table::fixed::program,
        levels::lost_wakeup::fixed::program,
        levels::spurious_wakeup::fixed::program,
        levels::starvation::fixed::program,
        levels::aba::fixed::program,
        levels::stale_read::fixed::program,
        levels::relaxed_unlock::fixed::program,
        levels::two_flags::fixed::program,
    ];
    assert_eq!(programs.len(), scheduler::LEVELS.len());
    for program in programs {
        for _ in 0..50 {
            program();
        }
    }
}
