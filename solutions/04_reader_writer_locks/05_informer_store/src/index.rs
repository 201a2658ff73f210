// Given: what the index holds, and how to look something up in it. How it is changed is yours.

use std::collections::{BTreeMap, BTreeSet};

use crate::events::Resource;
use crate::sync::Arc;

/// The objects of a store at one moment, by key and by group.
pub struct Index<V: Resource> {
    pub(crate) objects: BTreeMap<V::Key, Object<V>>,
    /// The keys of each group that has any.
    pub(crate) groups: BTreeMap<V::Group, BTreeSet<V::Key>>,
}

/// A value, and the group in which the index has it.
pub(crate) struct Object<V: Resource> {
    pub(crate) value: Arc<V>,
    /// Asked for once, and kept: it says where the index has to look when it takes the object out.
    pub(crate) group: V::Group,
}

impl<V: Resource> Object<V> {
    /// Asks a value for its key and its group.
    pub(crate) fn keyed(value: V) -> (V::Key, Self) {
        let (key, group) = (value.key(), value.group());
        let value = Arc::new(value);
        (key, Self { value, group })
    }
}

impl<V: Resource> Index<V> {
    pub(crate) fn empty() -> Self {
        Self {
            objects: BTreeMap::new(),
            groups: BTreeMap::new(),
        }
    }

    /// The value with this key.
    pub fn get(&self, key: &V::Key) -> Option<&Arc<V>> {
        self.objects.get(key).map(|object| &object.value)
    }

    /// The values of a group, by key.
    ///
    /// # Panics
    ///
    /// Panics while you look through them, if a key of the group is not in the index.
    pub fn group<'a>(&'a self, group: &V::Group) -> impl Iterator<Item = &'a Arc<V>> + use<'a, V> {
        let keys = self.groups.get(group).into_iter().flatten();
        keys.map(|key| {
            self.get(key)
                .expect("a key that is in a group is in the index")
        })
    }

    /// The groups, each with at least one value.
    pub fn groups(&self) -> impl Iterator<Item = &V::Group> {
        self.groups.keys()
    }

    /// All values, by key.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<V>> {
        self.objects.values().map(|object| &object.value)
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }
}

impl<V: Resource> Clone for Index<V> {
    /// Copies the index, and shares the values.
    fn clone(&self) -> Self {
        Self {
            objects: self.objects.clone(),
            groups: self.groups.clone(),
        }
    }
}

impl<V: Resource> Clone for Object<V> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            group: self.group.clone(),
        }
    }
}
