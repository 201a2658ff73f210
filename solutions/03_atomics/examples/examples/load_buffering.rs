//! All that the language lets two threads read, if each looks at the other's flag and raises its own.

use atomics_examples::catalogue;
use atomics_examples::orders::Weak;

fn main() {
    for outcome in catalogue::load_buffering::<Weak>(0).outcomes {
        if outcome.allowed {
            println!("{}", outcome.read);
        }
    }
}
