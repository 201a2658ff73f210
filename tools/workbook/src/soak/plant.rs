//! Hostile code, as the first line of every public function.
//!
//! All kinds are planted at once, and the environment chooses one when the tests are run: so an exercise is compiled once.

use syn::visit_mut::{self, VisitMut};
use syn::{Block, ImplItemFn, ItemFn, Signature, Visibility};

/// Which kind of code is to run.
pub(crate) const KIND: &str = "SOAK";
/// The file in which the tests that come to it are noted.
pub(crate) const REACHED: &str = "SOAK_REACHED";

/// One kind of hostile code.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Statements that compile in every function.
    code: &'static str,
    /// Whether a test that comes to it has to fail. One that ends first may pass.
    pub(crate) is_deadly: bool,
    is_unsafe: bool,
}

const fn deadly(name: &'static str, code: &'static str) -> Kind {
    Kind {
        name,
        code,
        is_deadly: true,
        is_unsafe: false,
    }
}

/// Every kind that can be limited on this system.
pub(crate) const KINDS: &[Kind] = &[
    deadly("exit", "::std::process::exit(0)"),
    deadly("abort", "::std::process::abort()"),
    deadly(
        "overflow",
        "{ fn deeper(n: u64) -> u64 { let bytes = ::std::hint::black_box([n; 64]); deeper(n + 1) + bytes[7] } deeper(0); }",
    ),
    Kind {
        is_unsafe: true,
        ..deadly(
            "fault",
            "unsafe { ::std::ptr::without_provenance_mut::<u8>(8).write_volatile(1) }",
        )
    },
    deadly("hang", "loop { ::std::hint::spin_loop(); }"),
    deadly(
        "sleep",
        "loop { ::std::thread::sleep(::std::time::Duration::from_secs(1)); }",
    ),
    deadly("flood", "loop { ::std::println!(\"a flood\"); }"),
    #[cfg(any(target_os = "linux", target_vendor = "apple", windows))]
    deadly(
        "memory",
        "{ let mut all = ::std::vec::Vec::new(); loop { all.push(::std::vec![1_u8; 1 << 24]); } }",
    ),
    deadly(
        "storm",
        "loop { let _ = ::std::panic::catch_unwind(|| ::std::panic!(\"a storm\")); }",
    ),
    deadly(
        "double",
        "{ struct P; impl ::std::ops::Drop for P { fn drop(&mut self) { ::std::panic!(\"again\") } } let _p = P; \
         ::std::panic!(\"once\") }",
    ),
    Kind {
        is_deadly: false,
        ..deadly(
            "stray-exit",
            "{ ::std::thread::spawn(|| { ::std::thread::sleep(::std::time::Duration::from_millis(30)); \
             ::std::process::exit(0); }); }",
        )
    },
    Kind {
        is_deadly: false,
        ..deadly(
            "stray-flood",
            "{ ::std::thread::spawn(|| loop { ::std::println!(\"a flood\"); }); }",
        )
    },
];

impl Kind {
    /// Whether it compiles beside `library`, the crate that the source belongs to.
    pub(crate) fn fits(&self, library: &str) -> bool {
        !self.is_unsafe || !library.contains("forbid(unsafe_code)")
    }
}

/// `source` with every kind that fits in it. The lines stay where they are.
pub(crate) fn plant(source: &str, library: &str) -> syn::Result<String> {
    let mut bodies = Bodies(Vec::new());
    bodies.visit_file_mut(&mut syn::parse_file(source)?);
    let code = code(library);
    let mut planted = String::new();
    for (number, line) in source.split_inclusive('\n').enumerate() {
        let mut done = 0;
        for (_, column) in bodies.0.iter().filter(|(at, _)| *at == number + 1) {
            let byte = line
                .char_indices()
                .nth(*column)
                .map_or(line.len(), |(byte, _)| byte);
            planted.push_str(&line[done..byte]);
            planted.push_str(&code);
            done = byte;
        }
        planted.push_str(&line[done..]);
    }
    Ok(planted)
}

/// Notes once for each function which test comes to it: the process of a test has its name among its arguments.
fn code(library: &str) -> String {
    let kinds: String = KINDS
        .iter()
        .filter(|kind| kind.fits(library))
        .map(|kind| format!("Ok({:?}) => {}, ", kind.name, kind.code))
        .collect();
    format!(
        " #[allow(warnings, clippy::all)] match ::std::env::var({KIND:?}).as_deref() {{ \
         Ok(\"\") => {{ static NOTED: ::std::sync::Once = ::std::sync::Once::new(); NOTED.call_once(|| {{ \
         use ::std::io::Write as _; let _ = ::std::fs::OpenOptions::new().append(true).create(true)\
         .open(::std::env::var({REACHED:?}).unwrap()).unwrap().write_all(::std::format!(\"{{:?}}\\n\", \
         ::std::env::args().collect::<::std::vec::Vec<_>>()).as_bytes()); }}); }} {kinds}_ => {{}} }} "
    )
}

/// Where the bodies of public functions begin: line and column.
struct Bodies(Vec<(usize, usize)>);

impl Bodies {
    fn note(&mut self, visibility: &Visibility, signature: &Signature, body: &Block) {
        if matches!(visibility, Visibility::Public(_)) && signature.constness.is_none() {
            let place = body.brace_token.span.open().end();
            self.0.push((place.line, place.column));
        }
    }
}

impl VisitMut for Bodies {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        self.note(&function.vis, &function.sig, &function.block);
        visit_mut::visit_item_fn_mut(self, function);
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        self.note(&function.vis, &function.sig, &function.block);
        visit_mut::visit_impl_item_fn_mut(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_first_line_of_public_functions_and_nothing_moves() {
        let source = "pub fn ü() {}\nfn private() {}\npub const fn constant() {}\nimpl A {\n    pub fn f(&self)\n    {\n        1;\n    }\n}\n";
        let planted = plant(source, "").unwrap();
        let marked = planted.replace(&code(""), "HERE");
        assert_eq!(
            marked,
            source
                .replace("ü() {", "ü() {HERE")
                .replace("    {\n", "    {HERE\n")
        );
        syn::parse_file(&planted).unwrap();
    }

    #[test]
    fn where_unsafe_code_is_forbidden_none_is_planted() {
        assert!(code("").contains("unsafe"));
        assert!(!code("#![forbid(unsafe_code)]").contains("unsafe"));
    }
}
