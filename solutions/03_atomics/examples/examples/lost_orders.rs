//! How a log comes to miss two orders that were saved.

use atomics_examples::shutdown::shut_down;
use lanes::{Kind, Style};

fn main() {
    let report = lanes::expect_bug(Kind::Assertion, || {
        assert_eq!(shut_down(), 2, "two orders were saved before it stopped");
    });
    let style = Style {
        width: 84,
        ..Style::default()
    };
    print!("{}", report.table(style));
}
