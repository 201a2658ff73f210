//! The bodies that a reader is to write, and whether code on a page is one of them.
//!
//! Code is compared by its tokens. Names that the reader may choose are one as good as another, as long as each stands
//! for the same thing throughout: `guard` or `held`, `self.locked` or `self.taken`. Names of others are what they are:
//! a `Relaxed` is no `Release`, and a `store` is no `swap`.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use anyhow::{Context, Result};
use patches::Sources;

use super::tokens::{Token, tokens};
use crate::repository::Repository;

/// A body of fewer tokens (`self.value.get()`) is like much that is no answer: only under its own name is it one.
const TELLING: usize = 8;

/// The functions that the starter of one exercise leaves to the reader.
pub(super) struct Answers {
    functions: Vec<Function>,
}

/// A function as it stands in a source.
struct Function {
    name: String,
    body: Vec<Word>,
}

/// A token, without the path in front of it.
#[derive(Clone, PartialEq)]
struct Word {
    text: String,
    /// Whether somebody who writes the same in other words may call it otherwise.
    is_ours: bool,
    /// Whether it stands behind a dot: a field may have the name of a variable.
    is_of: bool,
}

impl Answers {
    /// What the solution of `exercise` has otherwise than its starter.
    pub(super) fn of(exercise: &str, repository: &Repository) -> Result<Self> {
        let folder = repository.package("exercises", exercise)?;
        let solution = folder.replacen("exercises", "solutions", 1);
        let read = |folder: &str| {
            let folder = format!("{folder}/src");
            Sources::read(&repository.locate(&folder)?).context(folder)
        };
        let given = functions(&read(&folder)?);
        let mut functions = functions(&read(&solution)?);
        functions.retain(|function| !function.body.is_empty() && !function.stands_in(&given));
        Ok(Self { functions })
    }

    /// The names of those whose body `code` has.
    pub(super) fn shown_by(&self, code: &str) -> Vec<&str> {
        let tokens = tokens(code);
        let words = words(&tokens, &BTreeSet::new());
        let bodies: Vec<(&str, Range<usize>)> = bodies(&tokens).collect();
        let shown = |function: &&Function| {
            if function.body.len() >= TELLING {
                return function.is_in(&words);
            }
            let mut of_this_name = bodies.iter().filter(|(name, _)| *name == function.name);
            of_this_name.any(|(_, body)| {
                let shown = self::words(&tokens[body.clone()], &BTreeSet::new());
                alike(&function.body, &shown)
            })
        };
        self.names(shown)
    }

    /// The names of those that `wrong` has otherwise: a difference between the two shows lines of both.
    pub(super) fn changed_by(&self, wrong: &Sources) -> Vec<&str> {
        let wrong = functions(wrong);
        self.names(|function| !function.stands_in(&wrong))
    }

    fn names<'a>(&'a self, is_meant: impl Fn(&&'a Function) -> bool) -> Vec<&'a str> {
        let meant = self.functions.iter().filter(is_meant);
        let mut names: Vec<&str> = meant.map(|function| function.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl Function {
    /// Whether one of `others` has its name and its body.
    fn stands_in(&self, others: &[Self]) -> bool {
        let is_same = |other: &Self| other.name == self.name && other.body == self.body;
        others.iter().any(is_same)
    }

    /// Whether its body stands somewhere in `words`, or most of it where they begin or end: a window of a trace may cut a
    /// function in two.
    fn is_in(&self, words: &[Word]) -> bool {
        let body = &self.body;
        let mut places = words.windows(body.len());
        let most = (body.len() * 3 / 4).max(TELLING)..body.len().min(words.len() + 1);
        places.any(|shown| alike(body, shown))
            || most.into_iter().any(|length| {
                alike(&body[body.len() - length..], &words[..length])
                    || alike(&body[..length], &words[words.len() - length..])
            })
    }
}

/// Whether `body` and `shown` are the same in other words.
fn alike(body: &[Word], shown: &[Word]) -> bool {
    let (mut theirs, mut ours) = (HashMap::new(), HashMap::new());
    body.len() == shown.len()
        && body.iter().zip(shown).all(|(word, other)| {
            if !word.is_ours {
                return word.text == other.text;
            }
            let (one, another) = ((&word.text, word.is_of), (&other.text, other.is_of));
            is_name(&other.text)
                && *theirs.entry(one).or_insert(another) == another
                && *ours.entry(another).or_insert(one) == one
        })
}

/// All functions below a `src/`.
fn functions(sources: &Sources) -> Vec<Function> {
    let files: Vec<Vec<Token<'_>>> = sources.values().map(|text| tokens(text)).collect();
    let declared = files.iter().flat_map(|tokens| declared(tokens)).collect();
    let of_file = |tokens: &Vec<Token<'_>>| -> Vec<Function> {
        let function = |(name, body): (&str, Range<usize>)| Function {
            name: name.to_owned(),
            body: words(&tokens[body], &declared),
        };
        bodies(tokens).map(function).collect()
    };
    files.iter().flat_map(of_file).collect()
}

/// The functions in `tokens` that have a body: their names, and what stands between the braces.
fn bodies<'a>(tokens: &'a [Token<'a>]) -> impl Iterator<Item = (&'a str, Range<usize>)> {
    let starts = tokens.windows(2).enumerate();
    starts.filter_map(|(at, pair)| {
        let name = pair[1];
        if pair[0] != "fn" || !is_name(name) {
            return None;
        }
        let mut brackets = 0; // `[u8; 4]` does not end a signature
        let open = tokens[at..].iter().position(|token| {
            brackets += i32::from(*token == "[") - i32::from(*token == "]");
            *token == "{" || (*token == ";" && brackets == 0)
        })?;
        let body = (tokens[at + open] == "{").then_some(at + open + 1)?;
        let mut depth = 1;
        let length = tokens[body..].iter().position(|token| {
            depth += i32::from(*token == "{") - i32::from(*token == "}");
            depth == 0
        });
        Some((name, body..body + length?))
    })
}

/// The names that a source gives: those of its functions, types and constants, and all within its enumerations.
fn declared<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    const GIVE: [&str; 9] = [
        "fn", "struct", "enum", "union", "type", "trait", "const", "static", "mod",
    ];
    let given = tokens.windows(2).filter(|pair| GIVE.contains(&pair[0]));
    let mut names: Vec<Token<'a>> = given.map(|pair| pair[1]).collect();
    for at in (0..tokens.len()).filter(|&at| tokens[at] == "enum") {
        let variants = tokens[at..].iter().take_while(|token| **token != "}");
        names.extend(variants.copied());
    }
    names.retain(|name| is_name(name));
    names
}

/// `tokens` without paths (`Ordering::Release` is `Release`) and without the commas in front of what closes, which
/// rustfmt puts where a line breaks. `declared` are the names that may be others.
fn words(tokens: &[Token<'_>], declared: &BTreeSet<Token<'_>>) -> Vec<Word> {
    let at = |index: Option<usize>| index.and_then(|index| tokens.get(index)).copied();
    let is_path = |index: usize| at(Some(index)) == Some(":") && at(Some(index + 1)) == Some(":");
    let mut words = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let text = tokens[index];
        let next = at(Some(index + 1));
        let leads = is_name(text) || ["Self", "self", "super", "crate"].contains(&text);
        let in_path = is_path(index + 1) && at(Some(index + 3)).is_some_and(is_name);
        if leads && in_path {
            index += 3;
            continue;
        }
        let closes = next.is_some_and(|next| [")", "]", "}"].contains(&next));
        if text == "," && closes {
            index += 1;
            continue;
        }
        let before = at(index.checked_sub(1));
        let is_called = next == Some("(") || is_path(index + 1);
        let of_path = index >= 2 && is_path(index - 2);
        let of_others = of_path
            || next == Some("!")
            || text.starts_with(char::is_uppercase)
            || (is_called && before == Some("."))
            || (is_called && !is_passed_on(tokens, text));
        words.push(Word {
            text: text.to_owned(),
            is_ours: is_name(text) && (declared.contains(text) || !of_others),
            is_of: before == Some("."),
        });
        index += 1;
    }
    words
}

/// Whether `name` stands somewhere without being called: it is a variable that holds a function.
fn is_passed_on(tokens: &[Token<'_>], name: &str) -> bool {
    let mut pairs = tokens.windows(2);
    pairs.any(|pair| pair[0] == name && pair[1] != "(" && pair[1] != ":")
}

/// Whether a token is a name: a word that Rust leaves to the programmer, or a lifetime.
fn is_name(token: &str) -> bool {
    const KEYWORDS: [&str; 37] = [
        "_", "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum",
        "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut",
        "pub", "ref", "return", "Self", "self", "static", "struct", "super", "true", "type",
        "unsafe", "use", "where", "while",
    ];
    let is_lifetime = token.starts_with('\'') && !token[1..].ends_with('\'');
    let is_word = token.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && token.chars().all(|c| c.is_alphanumeric() || c == '_');
    (is_word || is_lifetime) && !KEYWORDS.contains(&token)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOLUTION: &str = "
        impl Lock {
            fn new() -> Self { Self { locked: AtomicBool::new(false) } }
            /// Waits.
            fn lock(&self) -> Guard<'_> {
                loop {
                    if let Some(guard) = self.try_lock() { return guard; }
                    hint::spin_loop();
                }
            }
            fn try_lock(&self) -> Option<Guard<'_>> {
                self.locked.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
                    .is_ok().then(|| Guard { lock: self })
            }
            fn is_locked(&self) -> bool { self.locked.load(Ordering::Relaxed) }
        }
        struct Guard<'a> { lock: &'a Lock }
        impl Drop for Guard<'_> {
            fn drop(&mut self) { self.lock.locked.store(false, Ordering::Release); }
        }";

    fn sources(text: &str) -> Sources {
        let mut sources = Sources::default();
        sources.insert("lock.rs".to_owned(), text.to_owned());
        sources
    }

    /// Everything is open but `new`.
    fn answers() -> Answers {
        let mut functions = functions(&sources(SOLUTION));
        functions.retain(|function| function.name != "new");
        Answers { functions }
    }

    #[test]
    fn a_body_is_known_by_other_names_and_through_comments() {
        let code = "
            pub(crate) fn acquire(&self) -> Held<'_> {
                loop {
                    // Until it is ours.
                    if let Some(held) = self.attempt() {
                        return held; /* got it */
                    }
                    std::hint::spin_loop();
                }
            }
            fn open(&mut self) { self.flag.free.store(false, Release,); }";
        assert_eq!(answers().shown_by(code), ["drop", "lock"]);
    }

    #[test]
    fn a_body_is_known_without_its_function_and_in_half_a_file() {
        let window = "
                if x { }
            }
            fn f() {
                self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
                    .then(|| Token { of: self })
            }
            fn g() {";
        assert_eq!(answers().shown_by(window), ["try_lock"]);
        assert_eq!(
            answers().shown_by("self.lock.locked.store(false, Ordering::Release);"),
            ["drop"]
        );
    }

    #[test]
    fn most_of_a_body_is_enough_where_the_code_is_cut() {
        let head = "loop { if let Some(guard) = self.try_lock() { return guard; }";
        let tail = "if let Some(guard) = self.try_lock() { return guard; } hint::spin_loop(); } } fn g() {";
        assert_eq!(answers().shown_by(head), ["lock"]);
        assert_eq!(answers().shown_by(tail), ["lock"]);
        for half in [&head[..40], &format!("{head} f(); }}")] {
            assert_eq!(answers().shown_by(half), [""; 0], "{half}");
        }
    }

    #[test]
    fn a_wrong_body_and_a_body_of_something_else_are_none() {
        for code in [
            "fn drop(&mut self) { self.lock.locked.store(false, Ordering::Relaxed); }",
            "fn drop(&mut self) { self.lock.locked.swap(false, Ordering::Release); }",
            "fn drop(&mut self) { self.lock.locked.store(true, Ordering::Release); }",
            "loop { if let Some(guard) = self.try_lock() { return other; } hint::spin_loop(); }",
            "loop { if let Ok(guard) = self.try_lock() { return guard; } hint::spin_loop(); }",
            "pub fn lock(&self) -> Guard<'_>;",
            "fn new() -> Self { Self { locked: AtomicBool::new(false) } }",
        ] {
            assert_eq!(answers().shown_by(code), [""; 0], "{code}");
        }
    }

    #[test]
    fn a_short_body_is_an_answer_under_its_own_name() {
        let answers = Answers {
            functions: functions(&sources("fn len(&self) -> usize { self.items.len() }")),
        };
        assert_eq!(
            answers.shown_by("fn len(&self) -> usize { self.all.len() }"),
            ["len"]
        );
        assert_eq!(
            answers.shown_by("fn count(&self) { self.all.len() }"),
            [""; 0]
        );
        assert_eq!(answers.shown_by("let n = self.all.len();"), [""; 0]);
    }

    #[test]
    fn a_difference_shows_what_it_changes() {
        let wrong = SOLUTION.replace("Ordering::Release", "Ordering::Relaxed");
        assert_eq!(answers().changed_by(&sources(&wrong)), ["drop"]);
        let elsewhere = SOLUTION.replace("AtomicBool::new(false)", "AtomicBool::new(true)");
        assert_eq!(answers().changed_by(&sources(&elsewhere)), [""; 0]);
    }
}
