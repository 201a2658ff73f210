//! Four changes of one pod wait when the pump comes round. What is a handler told?

use informer_store::Change::{Added, Deleted, Updated};
use informer_store::{Event, InformerStore, Resource};

/// A program, and the machine that it runs on.
struct Pod {
    name: &'static str,
    node: u32,
}

impl Resource for Pod {
    type Key = &'static str;
    type Group = u32;

    fn key(&self) -> &'static str {
        self.name
    }

    fn group(&self) -> u32 {
        self.node
    }
}

fn main() {
    let name = "web";
    let (store, mut pump) = InformerStore::new();
    store.push(Added(Pod { name, node: 1 })).unwrap();
    pump.step();
    let first = store.handler();

    // ANCHOR: body
    // "web" is in the index, on node 1.
    store.push(Updated(Pod { name, node: 2 })).unwrap();
    store.push(Deleted(name)).unwrap();
    store.push(Added(Pod { name, node: 3 })).unwrap();
    store.push(Updated(Pod { name, node: 4 })).unwrap();
    pump.step();
    // ANCHOR_END: body
    drop(pump);
    let mut is_known = false;
    first.run(|event| {
        // The first event says what was there when the handler came.
        if std::mem::replace(&mut is_known, true) {
            match event {
                Event::Added(new) => println!("added, on node {}", new.node),
                Event::Updated { old, new } => {
                    println!("updated, from node {} to node {}", old.node, new.node);
                }
                Event::Deleted(old) => println!("deleted, on node {}", old.node),
            }
        }
    });
}
