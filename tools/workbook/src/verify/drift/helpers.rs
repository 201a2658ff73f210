//! What a solution may have for itself: private items, private methods, and what is implemented for them.

use std::collections::BTreeSet;

use syn::{Ident, ImplItem, Item, ItemImpl, Type, Visibility};

use super::header;

/// Takes out of the solution what is private and not in the starter: helpers, and what is implemented for
/// them.
pub(super) fn take_out(solution: &mut Vec<Item>, starter: &[Item]) {
    let given: BTreeSet<Key> = starter.iter().filter_map(key).collect();
    let is_helper =
        |item: &Item| is_private(item) && key(item).is_some_and(|key| !given.contains(&key));
    let helpers: BTreeSet<String> = solution
        .iter()
        .filter(|item| is_helper(item))
        .filter_map(|item| Some(key(item)?.1))
        .collect();

    solution.retain_mut(|item| {
        if is_helper(item) {
            return false;
        }
        match item {
            Item::Impl(block) => return !drop_from_impl(block, starter, &helpers),
            Item::Mod(module) => drop_from_mod(module, starter),
            _ => {}
        }
        true
    });
}

fn drop_from_mod(module: &mut syn::ItemMod, starter: &[Item]) {
    let given = starter.iter().find_map(|item| match item {
        Item::Mod(given) if given.ident == module.ident => given.content.as_ref(),
        _ => None,
    });
    if let (Some((_, items)), Some((_, given))) = (&mut module.content, given) {
        take_out(items, given);
    }
}

/// Takes the helpers out of one `impl`. Says whether the whole of it is about helpers.
fn drop_from_impl(block: &mut ItemImpl, starter: &[Item], helpers: &BTreeSet<String>) -> bool {
    let of_helper = |path: &syn::Path| {
        path.segments
            .last()
            .is_some_and(|last| helpers.contains(&last.ident.to_string()))
    };
    if matches!(&*block.self_ty, Type::Path(ty) if of_helper(&ty.path)) {
        return true;
    }
    if let Some((path, _)) = &block.trait_ {
        return of_helper(path);
    }
    let this = header(block);
    let given: BTreeSet<String> = starter
        .iter()
        .filter_map(|item| match item {
            Item::Impl(given) if header(given) == this => Some(given),
            _ => None,
        })
        .flat_map(|given| given.items.iter().filter_map(member))
        .map(|(name, _)| name)
        .collect();
    let before = block.items.len();
    block.items.retain(|item| match member(item) {
        Some((name, vis)) => matches!(vis, Visibility::Public(_)) || given.contains(&name),
        None => true,
    });
    block.items.is_empty() && before > 0
}

/// A kind and a name.
type Key = (&'static str, String);

fn key(item: &Item) -> Option<Key> {
    named(item).map(|(kind, name, _)| (kind, name.to_string()))
}

fn is_private(item: &Item) -> bool {
    named(item).is_some_and(|(_, _, vis)| !matches!(vis, Some(Visibility::Public(_))))
}

fn named(item: &Item) -> Option<(&'static str, &Ident, Option<&Visibility>)> {
    Some(match item {
        Item::Const(item) => ("const", &item.ident, Some(&item.vis)),
        Item::Enum(item) => ("enum", &item.ident, Some(&item.vis)),
        Item::Fn(item) => ("fn", &item.sig.ident, Some(&item.vis)),
        Item::Macro(item) => ("macro", item.ident.as_ref()?, None),
        Item::Mod(item) => ("mod", &item.ident, Some(&item.vis)),
        Item::Static(item) => ("static", &item.ident, Some(&item.vis)),
        Item::Struct(item) => ("struct", &item.ident, Some(&item.vis)),
        Item::Trait(item) => ("trait", &item.ident, Some(&item.vis)),
        Item::Type(item) => ("type", &item.ident, Some(&item.vis)),
        Item::Union(item) => ("union", &item.ident, Some(&item.vis)),
        _ => return None,
    })
}

fn member(item: &ImplItem) -> Option<(String, &Visibility)> {
    match item {
        ImplItem::Const(item) => Some((item.ident.to_string(), &item.vis)),
        ImplItem::Fn(item) => Some((item.sig.ident.to_string(), &item.vis)),
        _ => None,
    }
}
