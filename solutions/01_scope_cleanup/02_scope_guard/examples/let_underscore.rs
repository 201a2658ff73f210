//! Three guards, one of which has no name.

use scope_guard::ScopeGuard;

fn main() {
    // ANCHOR: body
    let close = |name: &str| println!("close {name}");
    let _a = ScopeGuard::new("a", close);
    let _ = ScopeGuard::new("b", close);
    let _c = ScopeGuard::new("c", close);
    println!("work");
    // ANCHOR_END: body
}
