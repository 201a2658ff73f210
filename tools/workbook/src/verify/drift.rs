//! Drift: whatever the learner does not write is the same in starter and solution.
//!
//! Both files are parsed. Then everything that may differ is taken out of them: the bodies that hold a
//! `todo!` in the starter or are there to be mended, imports, and private helpers that only the solution has. What is left
//! (signatures, types, documentation, attributes, and their order) has to be the same. Plain comments are
//! not compared: a parser does not see them.

mod helpers;

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use similar::TextDiff;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, File, Ident, Item, ItemImpl};

/// The difference between what starter and solution should have in common, as a unified diff. Functions called as one in
/// `mend` have a wrong body in the starter.
///
/// # Errors
///
/// If one of them is not Rust: which, and where.
pub(crate) fn between(
    starter: &str,
    solution: &str,
    mend: &[String],
) -> Result<Option<String>, String> {
    let mut starter = parse("the starter", starter)?;
    let mut solution = parse("the solution", solution)?;

    let mut holes = BTreeSet::new();
    each_body(&mut starter, |function, body| {
        let name = function.rsplit("::").next().unwrap_or_default();
        if has_todo(body.to_token_stream()) || mend.iter().any(|it| it == name) {
            holes.insert(function.to_owned());
        }
    });
    for file in [&mut starter, &mut solution] {
        each_body(file, |function, body| {
            if holes.contains(function) {
                *body = syn::parse_quote!({ todo!() });
            }
        });
        drop_imports(&mut file.items);
    }
    helpers::take_out(&mut solution.items, &starter.items);

    let (starter, solution) = (
        prettyplease::unparse(&starter),
        prettyplease::unparse(&solution),
    );
    let diff = TextDiff::from_lines(&starter, &solution);
    Ok((starter != solution).then(|| {
        diff.unified_diff()
            .context_radius(2)
            .header("starter", "solution")
            .to_string()
    }))
}

fn parse(whose: &str, text: &str) -> Result<File, String> {
    syn::parse_file(text).map_err(|error| {
        let at = error.span().start();
        format!(
            "{whose} is not Rust: line {}, column {}: {error}",
            at.line,
            at.column + 1
        )
    })
}

/// Is there a `todo!` anywhere in it, even among the arguments of another macro?
fn has_todo(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let called = tokens.windows(2).any(|pair| {
        matches!(pair, [TokenTree::Ident(name), TokenTree::Punct(bang)]
            if name == "todo" && bang.as_char() == '!')
    });
    called
        || tokens.into_iter().any(|token| match token {
            TokenTree::Group(group) => has_todo(group.stream()),
            _ => false,
        })
}

/// Calls `visit` with the full name and the body of every function in `file`.
fn each_body(file: &mut File, visit: impl FnMut(&str, &mut Block)) {
    Bodies {
        path: Vec::new(),
        visit,
    }
    .visit_file_mut(file);
}

struct Bodies<F> {
    path: Vec<String>,
    visit: F,
}

impl<F: FnMut(&str, &mut Block)> Bodies<F> {
    fn function(&mut self, name: &Ident, body: &mut Block) {
        let name = format!("{}::{name}", self.path.join("::"));
        (self.visit)(&name, body);
    }
}

impl<F: FnMut(&str, &mut Block)> VisitMut for Bodies<F> {
    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        self.path.push(module.ident.to_string());
        visit_mut::visit_item_mod_mut(self, module);
        self.path.pop();
    }

    fn visit_item_impl_mut(&mut self, block: &mut ItemImpl) {
        self.path.push(header(block));
        visit_mut::visit_item_impl_mut(self, block);
        self.path.pop();
    }

    fn visit_item_trait_mut(&mut self, block: &mut syn::ItemTrait) {
        self.path.push(block.ident.to_string());
        visit_mut::visit_item_trait_mut(self, block);
        self.path.pop();
    }

    fn visit_item_fn_mut(&mut self, function: &mut syn::ItemFn) {
        self.function(&function.sig.ident, &mut function.block);
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        self.function(&function.sig.ident, &mut function.block);
    }

    fn visit_trait_item_fn_mut(&mut self, function: &mut syn::TraitItemFn) {
        if let Some(body) = &mut function.default {
            self.function(&function.sig.ident, body);
        }
    }
}

fn drop_imports(items: &mut Vec<Item>) {
    items.retain_mut(|item| {
        if let Item::Mod(syn::ItemMod {
            content: Some((_, items)),
            ..
        }) = item
        {
            drop_imports(items);
        }
        !matches!(item, Item::Use(_))
    });
}

/// An `impl` without what is in it: `impl<T> Drop for Guard<'_, T>`.
fn header(block: &ItemImpl) -> String {
    let empty = ItemImpl {
        attrs: Vec::new(),
        items: Vec::new(),
        ..block.clone()
    };
    empty.to_token_stream().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTER: &str = r#"
        use std::fmt;
        /// A lock.
        pub struct Lock { locked: bool }
        impl Lock {
            /// Takes it.
            pub fn lock(&mut self) { todo!("take it") }
            /// Tells.
            pub fn is_locked(&self) -> bool { self.locked }
        }
        impl Drop for Lock {
            fn drop(&mut self) { assert!(true, "{}", todo!()); }
        }
    "#;

    const SOLUTION: &str = r#"
        use std::thread;
        const FREE: bool = false;
        struct Spin(u32);
        impl Spin { fn once(&mut self) {} }
        impl Drop for Spin { fn drop(&mut self) {} }
        trait Wait { fn wait(&self); }
        impl Wait for Lock { fn wait(&self) {} }
        /// A lock.
        pub struct Lock { locked: bool }
        impl Lock {
            // A plain comment is not compared.
            /// Takes it.
            pub fn lock(&mut self) { self.help(); self.locked = true }
            /// Tells.
            pub fn is_locked(&self) -> bool { self.locked }
            fn help(&self) {}
        }
        impl Lock { fn more_help(&self) {} }
        impl Drop for Lock {
            fn drop(&mut self) { self.locked = FREE; }
        }
        fn helper() {}
        mod helpers { pub(super) fn helper() {} }
    "#;

    fn drift(change: (&str, &str)) -> String {
        assert!(SOLUTION.contains(change.0), "nothing would change");
        let changed = SOLUTION.replacen(change.0, change.1, 1);
        between(STARTER, &changed, &[]).unwrap().unwrap_or_default()
    }

    #[test]
    fn bodies_imports_and_private_helpers_may_differ() {
        assert_eq!(between(STARTER, SOLUTION, &[]).unwrap(), None);
    }

    #[test]
    fn documentation_may_not_differ() {
        let diff = drift(("/// Takes it.", "/// Takes the lock."));
        assert!(
            diff.contains(
                "-    /// Takes it.
+    /// Takes the lock."
            ),
            "{diff}"
        );
        assert!(
            diff.starts_with(
                "--- starter
+++ solution
"
            ),
            "{diff}"
        );
    }

    #[test]
    fn signatures_fields_and_attributes_may_not_differ() {
        assert!(drift(("lock(&mut self) {", "lock(&mut self, n: u8) {")).contains("n: u8"));
        assert!(drift(("locked: bool", "locked: u8")).contains("+    locked: u8"));
        assert!(
            drift((
                "/// A lock.",
                "#[must_use]
/// A lock."
            ))
            .contains("+#[must_use]")
        );
        assert!(drift(("impl Drop for Lock", "impl Clone for Lock")).contains("+impl Clone"));
    }

    #[test]
    fn a_given_body_may_not_differ() {
        let diff = drift(("bool { self.locked }", "bool { !self.locked }"));
        assert!(diff.contains("+        !self.locked"), "{diff}");
    }

    #[test]
    fn a_body_that_is_to_be_mended_may_differ() {
        let wrong = STARTER.replace("{ self.locked }", "{ !self.locked }");
        let mend = |name: &str| between(&wrong, SOLUTION, &[name.to_owned()]).unwrap();
        assert_eq!(mend("is_locked"), None);
        assert!(mend("is_free").is_some());
    }

    #[test]
    fn order_counts() {
        let swapped = STARTER.replace(
            "use std::fmt;",
            "fn b() {}
fn a() {}",
        );
        let solution = SOLUTION.replace(
            "use std::thread;",
            "fn a() {}
fn b() {}",
        );
        assert!(between(&swapped, &solution, &[]).unwrap().is_some());
    }

    #[test]
    fn what_only_the_solution_makes_public_is_drift() {
        assert!(drift(("fn helper() {}", "pub fn helper() {}")).contains("+pub fn helper"));
        assert!(drift(("fn help(&self)", "pub fn help(&self)")).contains("+    pub fn help"));
    }

    #[test]
    fn a_private_item_that_only_the_starter_has_is_drift() {
        let starter = STARTER.replace("use std::fmt;", "fn given() {}");
        let diff = between(&starter, SOLUTION, &[]).unwrap().unwrap();
        assert!(diff.contains("-fn given() {}"), "{diff}");
    }

    #[test]
    fn inner_modules_are_compared_in_the_same_way() {
        let starter = "mod raw { use x::y; pub fn f() { todo!() } fn kept() {} }";
        let solution = "mod raw { pub fn f() { g() } fn kept() {} fn g() {} }";
        assert_eq!(between(starter, solution, &[]).unwrap(), None);
        let changed = solution.replace("fn kept() {}", "fn kept() { f() }");
        assert!(between(starter, &changed, &[]).unwrap().is_some());
    }

    #[test]
    fn half_written_rust_is_named_with_its_place() {
        let error = between(
            "fn a() {
    let x = ;
}",
            SOLUTION,
            &[],
        )
        .unwrap_err();
        assert!(
            error.starts_with("the starter is not Rust: line 2, column 13"),
            "{error}"
        );
        let error = between(STARTER, "fn a( {}", &[]).unwrap_err();
        assert!(error.starts_with("the solution is not Rust"), "{error}");
    }
}
