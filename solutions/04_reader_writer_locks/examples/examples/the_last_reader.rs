//! When a snapshot is dropped: not when it is replaced, but when its last reader has let go.

use std::sync::Arc;

use arc_swap::ArcSwap;

struct Routes(&'static str);

impl Drop for Routes {
    fn drop(&mut self) {
        println!("{} is dropped", self.0);
    }
}

fn main() {
    // ANCHOR: body
    let routes = ArcSwap::from_pointee(Routes("version 1"));
    let request = routes.load();
    routes.store(Arc::new(Routes("version 2")));
    println!("version 2 is published");
    routes.store(Arc::new(Routes("version 3")));
    println!("version 3 is published");
    println!("the request reads {}", request.0);
    drop(request);
    println!("the request is done");
    drop(routes);
    // ANCHOR_END: body
}
