//! What the tests say about pods.

use std::collections::BTreeMap;

use informer_store::{Event, Index};

use crate::log::Pod;

pub(crate) fn pod(name: u32, node: u32, version: u32) -> Pod {
    Pod {
        name,
        node,
        version,
    }
}

/// An event in short: `pod 1: v2 → v3`.
pub(crate) fn in_short(event: &Event<Pod>) -> String {
    match event {
        Event::Added(new) => format!("pod {}: added v{}", new.name, new.version),
        Event::Updated { old, new } => {
            format!("pod {}: v{} → v{}", new.name, old.version, new.version)
        }
        Event::Deleted(old) => format!("pod {}: deleted v{}", old.name, old.version),
    }
}

/// Someone who knows of the pods only what a handler was told, and checks that one thing follows from the other.
#[derive(Default)]
pub(crate) struct Follower {
    pub(crate) pods: BTreeMap<u32, Pod>,
    /// Of each pod, the newest version that was heard of, of those that are gone as well.
    newest: BTreeMap<u32, u32>,
}

impl Follower {
    #[track_caller]
    pub(crate) fn hear(&mut self, event: &Event<Pod>) {
        let (before, now) = match event {
            Event::Added(new) => (None, Some(new)),
            Event::Updated { old, new } => (Some(old), Some(new)),
            Event::Deleted(old) => (Some(old), None),
        };
        let name = before.or(now).map_or(0, |pod| pod.name);
        let short = in_short(event);
        let known = match now {
            Some(new) => self.pods.insert(name, Pod::clone(new)),
            None => self.pods.remove(&name),
        };
        assert_eq!(
            known,
            before.map(|old| Pod::clone(old)),
            "{short}, but what this handler was told before (left) is not what this event says was there (right)"
        );
        if let Some(new) = now {
            let newest = self.newest.entry(name).or_default();
            assert!(
                *newest <= new.version,
                "{short}, after v{newest}: the changes of one key have changed their order"
            );
            *newest = new.version;
        }
    }
}

/// Asserts that both ways into the index lead to the same pods.
#[track_caller]
pub(crate) fn assert_whole(index: &Index<Pod>) {
    let mut grouped = 0;
    for &node in index.groups() {
        let on_node = index.group(&node).inspect(|pod| {
            let name = pod.name;
            assert_eq!(
                pod.node, node,
                "pod {name} has moved, and its old node (right) has it still"
            );
        });
        let on_node = on_node.count();
        assert!(
            on_node > 0,
            "node {node} has no pod any more, and is still there"
        );
        grouped += on_node;
    }
    assert_eq!(
        grouped,
        index.len(),
        "left: pods that are found by their node; right: by their name"
    );
}

/// Asserts that the index has these pods, and no others.
#[track_caller]
pub(crate) fn assert_has(index: &Index<Pod>, pods: &[Pod]) {
    let found: Vec<Pod> = index.iter().map(|pod| Pod::clone(pod)).collect();
    assert_eq!(
        found, pods,
        "left: what is in the index; right: what should be"
    );
    assert_whole(index);
}
