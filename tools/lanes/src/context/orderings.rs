//! The orderings that the source names, as they are collected or weakened.

use std::sync::atomic::Ordering;

use super::{HOT, with};
use crate::ordering::OrderingSite;

/// The ordering to use at that site, which may be weaker than the one asked for.
#[inline]
pub(crate) fn ordering(site: OrderingSite) -> Ordering {
    if !HOT.with(|hot| hot.asks_for_orderings.get()) {
        return site.ordering;
    }
    with(|context| {
        if context.settings.collect_orderings {
            context
                .orderings
                .entry((site.site, site.role))
                .or_insert(site);
        }
        match &context.settings.weaken {
            Some(weaken) if weaken.applies_to(&site) => weaken.apply(&site),
            _ => site.ordering,
        }
    })
}
