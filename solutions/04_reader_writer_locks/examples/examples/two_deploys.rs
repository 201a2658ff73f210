//! Two writers start from the same snapshot. With `store` one change is lost; `rcu` tries again.

use std::cell::Cell;
use std::sync::Arc;

use arc_swap::ArcSwap;

/// A copy with one more: snapshots do not change.
fn with(routes: &[&'static str], new: &'static str) -> Vec<&'static str> {
    [routes, &[new]].concat()
}

/// Deploys, at the worst moment.
fn somebody_else(routes: &ArcSwap<Vec<&'static str>>) {
    routes.store(Arc::new(with(&routes.load(), "/cart")));
}

fn main() {
    // ANCHOR: body
    let routes = ArcSwap::from_pointee(vec!["/"]);
    let seen = routes.load_full();
    somebody_else(&routes);
    routes.store(Arc::new(with(&seen, "/pay")));
    println!("load and store: {:?}", routes.load());

    let routes = ArcSwap::from_pointee(vec!["/"]);
    let tries = Cell::new(0);
    routes.rcu(|seen| {
        if tries.replace(tries.get() + 1) == 0 {
            somebody_else(&routes);
        }
        with(seen, "/pay")
    });
    println!("rcu: {:?} after {} tries", routes.load(), tries.get());
    // ANCHOR_END: body
}
