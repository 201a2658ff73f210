//! The names of functions, as a person would say them.

/// `<spin_lock::SpinLock<T> as chapter::Count>::locked::h0123456789abcdef` is `spin_lock::SpinLock::locked`: without
/// the hash, the types that a generic was filled with, the trait, and the numbers of closures.
pub(super) fn readable(symbol: &str) -> String {
    let mut name = String::new();
    let mut rest = without_hash(symbol);
    while let Some(open) = rest.find('<') {
        name.push_str(&rest[..open]);
        let Some(close) = closing(&rest[open..]) else {
            rest = ""; // cut off
            break;
        };
        let inside = &rest[open + 1..open + close];
        rest = &rest[open + close + 1..];
        let implemented = inside
            .strip_prefix("impl ")
            .and_then(|it| it.split_once(" for "));
        if let Some((_, of)) = implemented.filter(|(_, of)| of.contains("::")) {
            // `module::<impl Trait for Type>::method`: the type says more than where it was implemented.
            name = readable(of);
        } else if name.is_empty() {
            name = of_type_or_trait(inside);
        } else if name.ends_with("::") {
            name.truncate(name.len() - 2); // `f::<u64>`, `core::num::<impl u64>::pow`
        }
    }
    name.push_str(rest);
    let mut parts: Vec<&str> = name.split("::").map(closure).collect();
    parts.dedup_by(|next, last| next == last && *last == CLOSURE);
    let name = parts.join("::").replace(';', ","); // which ends a frame
    match name.strip_prefix('_') {
        // A name cannot begin with a digit, so the compiler puts something before one of ours; sometimes.
        Some(rest) if rest.starts_with(|letter: char| letter.is_ascii_digit()) => rest.to_owned(),
        _ => name,
    }
}

/// The type in `Type as Trait`. But one of the library's own has got a trait that is not the library's where that trait
/// is, and there the time goes.
fn of_type_or_trait(inside: &str) -> String {
    let of_library =
        |name: &str| crate_of(name).is_none_or(|it| ["std", "core", "alloc"].contains(&it));
    let Some(at) = at_depth_zero(inside, " as ") else {
        return readable(inside);
    };
    let [of, by] = [&inside[..at], &inside[at + " as ".len()..]].map(readable);
    if of_library(&of) && !of_library(&by) {
        by
    } else {
        of
    }
}

const CLOSURE: &str = "{closure}";

fn closure(part: &str) -> &str {
    if part.starts_with("{closure") || part.starts_with("{{closure") {
        CLOSURE
    } else {
        part
    }
}

/// The crate that a readable name begins with; none for a function of C's.
pub(super) fn crate_of(name: &str) -> Option<&str> {
    name.split_once("::").map(|(first, _)| first)
}

/// A method of a type that the language has by itself, such as `u64::wrapping_mul`: an instruction or two.
pub(super) fn is_of_a_primitive(name: &str) -> bool {
    const PRIMITIVES: [&str; 17] = [
        "bool", "char", "str", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8",
        "u16", "u32", "u64", "u128", "usize",
    ];
    crate_of(name).is_some_and(|first| {
        PRIMITIVES.contains(&first) || !first.starts_with(|c: char| c.is_alphanumeric() || c == '_')
    })
}

fn without_hash(symbol: &str) -> &str {
    match symbol.rsplit_once("::h") {
        Some((name, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            name
        }
        _ => symbol,
    }
}

/// Where the bracket closes that `text` opens with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut last = ' ';
    for (at, letter) in text.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' if last != '-' => depth -= 1, // not the arrow of `fn() -> T`
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
        last = letter;
    }
    None
}

/// Where `wanted` first stands outside of all brackets.
fn at_depth_zero(text: &str, wanted: &str) -> Option<usize> {
    text.match_indices(wanted)
        .map(|(at, _)| at)
        .find(|&at| text[..at].matches('<').count() == text[..at].matches('>').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_what_a_person_would_say() {
        let names = [
            ("syscall", "syscall"),
            ("_Unwind_Resume", "_Unwind_Resume"),
            ("_02_mutex_guards::crowded", "02_mutex_guards::crowded"),
            (
                "std::sys::sync::mutex::futex::Mutex::lock_contended::h0123456789abcdef",
                "std::sys::sync::mutex::futex::Mutex::lock_contended",
            ),
            ("spin_lock::SpinLock<T>::lock", "spin_lock::SpinLock::lock"),
            (
                "<spin_lock::SpinLock<u64>>::lock",
                "spin_lock::SpinLock::lock",
            ),
            (
                "<spin_lock::SpinLock<u64> as chapter::Count>::locked::<fn() -> u8>",
                "spin_lock::SpinLock::locked",
            ),
            (
                "<std::sync::Mutex<u64> as chapter::Count>::locked",
                "chapter::Count::locked",
            ),
            (
                "<alloc::vec::Vec<<T as a::B>::C> as core::ops::Drop>::drop",
                "alloc::vec::Vec::drop",
            ),
            (
                "core::ops::function::impls::<impl core::ops::FnMut<A> for chapter::Row>::call_mut",
                "chapter::Row::call_mut",
            ),
            (
                "chapter::crowded::{{closure}}::{{closure}}",
                "chapter::crowded::{closure}",
            ),
            (
                "chapter::crowded::<u64>::{closure#0}::{closure#1}",
                "chapter::crowded::{closure}",
            ),
            ("core::num::<impl u64>::pow", "core::num::pow"),
            ("cut::off<u64", "cut::off"),
            ("a::[u8; 4]::b", "a::[u8, 4]::b"),
        ];
        for (symbol, name) in names {
            assert_eq!(readable(symbol), name, "{symbol}");
        }
    }

    #[test]
    fn a_crate_is_what_a_path_begins_with() {
        assert_eq!(crate_of("std::thread::spawn"), Some("std"));
        assert_eq!(crate_of("syscall"), None);
    }

    #[test]
    fn a_primitive_is_no_crate() {
        assert!(is_of_a_primitive("u64::wrapping_mul") && is_of_a_primitive("[T]::len"));
        assert!(!is_of_a_primitive("uuid::new") && !is_of_a_primitive("_02_locks::crowded"));
        assert!(!is_of_a_primitive("syscall"));
    }
}
