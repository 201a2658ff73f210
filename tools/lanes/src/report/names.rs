//! What things are called in a report.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::guess;
use crate::source::Sources;
use crate::step::{Object, ObjectId, ObjectKind, Step, Value};

/// The names of an execution's objects, threads and addresses.
pub(super) struct Names {
    objects: Vec<String>,
    kinds: Vec<ObjectKind>,
    threads: Vec<String>,
    /// Addresses in the order in which they were first shown.
    addresses: RefCell<Vec<usize>>,
}

impl Names {
    pub(super) fn new(
        objects: &[Object],
        steps: &[Step],
        threads: &[String],
        sources: &mut Sources,
    ) -> Self {
        let called = |(index, object): (usize, &Object)| {
            let uses = steps
                .iter()
                .filter(|step| step.object == Some(ObjectId(index as u32)));
            let name = object.name.map(str::to_owned);
            name.or_else(|| guess::name_of_made(sources, object.site))
                .or_else(|| {
                    uses.map(|step| step.site)
                        .find_map(|site| guess::name_of_used(sources, site))
                })
                .unwrap_or_else(|| object.kind.word().to_owned())
        };
        let mut guessed: Vec<String> = objects.iter().enumerate().map(called).collect();
        tell_holders_from_held(&mut guessed, objects);
        Self {
            objects: number_equals(guessed),
            kinds: objects.iter().map(|object| object.kind).collect(),
            threads: (0..threads.len())
                .map(|number| match (number, threads[number].as_str()) {
                    (0, _) => String::from("T0 main"),
                    (number, "") => format!("T{number}"),
                    (number, name) => format!("T{number} {name}"),
                })
                .collect(),
            addresses: RefCell::default(),
        }
    }

    pub(super) fn object(&self, id: Option<ObjectId>) -> String {
        let name = id.and_then(|id| self.objects.get(id.0 as usize));
        name.cloned().unwrap_or_default()
    }

    /// Whether it is of that kind.
    pub(super) fn is(&self, id: Option<ObjectId>, kind: ObjectKind) -> bool {
        id.and_then(|id| self.kinds.get(id.0 as usize)) == Some(&kind)
    }

    pub(super) fn threads(&self) -> &[String] {
        &self.threads
    }

    /// A value, with a short name in place of an address.
    pub(super) fn value(&self, value: Value) -> String {
        let Value::Pointer(address @ 1..) = value else {
            return value.to_string();
        };
        // What an address that is known carries in its low bits.
        let tag = address & 7;
        if tag != 0 && self.addresses.borrow().contains(&(address - tag)) {
            let untagged = Value::Pointer(address - tag);
            return format!("{} | {tag}", self.value(untagged));
        }
        let mut addresses = self.addresses.borrow_mut();
        let number = addresses
            .iter()
            .position(|known| *known == address)
            .unwrap_or_else(|| {
                addresses.push(address);
                addresses.len() - 1
            });
        format!("@{}", number + 1)
    }
}

/// An `Arc` is often named after what is in it: `arc x` holds `x`.
fn tell_holders_from_held(names: &mut [String], objects: &[Object]) {
    let held = |object: &Object| !matches!(object.kind, ObjectKind::Arc | ObjectKind::Allocation);
    let others: HashSet<String> = names
        .iter()
        .zip(objects)
        .filter(|(_, object)| held(object))
        .map(|(name, _)| name.clone())
        .collect();
    for (name, object) in names.iter_mut().zip(objects) {
        if !held(object) && others.contains(name) {
            *name = format!("{} {name}", object.kind.word());
        }
    }
}

/// Tells objects of the same name apart: `next#1`, `next#2`.
fn number_equals(names: Vec<String>) -> Vec<String> {
    let mut total: HashMap<String, usize> = HashMap::new();
    for name in &names {
        *total.entry(name.clone()).or_default() += 1;
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    names
        .into_iter()
        .map(|name| {
            if total[&name] == 1 {
                return name;
            }
            let number = seen.entry(name.clone()).or_default();
            *number += 1;
            format!("{name}#{number}")
        })
        .collect()
}
