//! Guesses what things are called from the source around them.

use crate::source::Sources;
use crate::step::Site;

/// The name of what is made at `site`: of a variable, `let x = AtomicBool::new(…)`, or of a field,
/// `x: AtomicBool::new(…)`. An element of an array or a tuple is called after the whole: `x[1]`, `x.1`.
pub(super) fn name_of_made(sources: &mut Sources, site: Site) -> Option<String> {
    name_before(&sources.before(site))
}

/// The name of what is used at `site`: `ready` in `self.ready.load(…)`.
pub(super) fn name_of_used(sources: &mut Sources, site: Site) -> Option<String> {
    let before = sources.before(site);
    let mut receiver = before.trim_end().strip_suffix('.')?.trim_end();
    // `want[me].store(…)`
    if receiver.ends_with(']') {
        receiver = &receiver[..receiver.rfind('[')?];
    }
    last_identifier(receiver).filter(|name| name != "self")
}

/// The name of what is made behind that text.
fn name_before(before: &str) -> Option<String> {
    let (rest, element) = skip_wrappers(before);
    let name = if let Some(field) = rest.strip_suffix(':').filter(|field| !field.ends_with(':')) {
        last_identifier(field)?
    } else {
        let binding = rest.strip_suffix('=')?.trim_end();
        // A type may stand between: `let x: Arc<AtomicBool> = …`.
        let start = binding.rfind("let ")? + "let ".len();
        let binding = binding[start..].trim_start().trim_start_matches("mut ");
        let name: String = binding.chars().take_while(|c| is_identifier(*c)).collect();
        Some(name).filter(|name| !name.is_empty())?
    };
    Some(name + &element)
}

/// Goes back over what may stand between a name and its object: calls such as `Arc::new(`, closures, and the
/// brackets of arrays and tuples. Also returns which element it is, as `[1]` or `.1`.
fn skip_wrappers(before: &str) -> (&str, String) {
    let mut rest = before.trim_end();
    let mut element = String::new();
    loop {
        let (outside, index) = skip_elements(rest);
        rest = if let Some(array) = outside.strip_suffix('[') {
            // `vec![` is an array, `x[` is not.
            element.insert_str(0, &format!("[{index}]"));
            array.trim_end().strip_suffix("vec!").unwrap_or(array)
        } else if let Some(call) = outside.strip_suffix('(') {
            let function = call.trim_end_matches(|c| is_identifier(c) || c == ':');
            let name = &call[function.len()..];
            // A field's colon is none of a path's.
            let name = name.rsplit_once(": ").map_or(name, |(_, name)| name);
            if name.is_empty() || name == ":" {
                element.insert_str(0, &format!(".{index}"));
            } else if index > 0 {
                return (rest, element);
            }
            let name = name.trim_start_matches(':');
            &call[..call.len() - name.len()]
        } else if let Some(closure) = outside.strip_suffix('|').filter(|_| index == 0) {
            closure
                .rfind('|')
                .map_or(closure, |start| &closure[..start])
        } else {
            // A path, such as the `sync::` of `sync::Mutex::new(…)`.
            let path = rest.trim_end_matches(|c| is_identifier(c) || c == ':');
            if rest.ends_with("::") && path.len() < rest.len() {
                path
            } else {
                return (rest, element);
            }
        }
        .trim_end();
    }
}

/// Goes back over the elements of an array or the members of a tuple, to the open bracket before them.
fn skip_elements(text: &str) -> (&str, usize) {
    if !text.ends_with(',') {
        return (text, 0);
    }
    let (mut depth, mut commas) = (0, 0);
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' | '[' if depth == 0 => return (&text[..=at], commas),
            '{' if depth == 0 => break,
            '(' | '[' | '{' => depth -= 1,
            ',' if depth == 0 => commas += 1,
            _ => {}
        }
    }
    (text, 0)
}

fn is_identifier(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The identifier at the end of `text`, if there is one.
fn last_identifier(text: &str) -> Option<String> {
    let text = text.trim_end();
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, c)| is_identifier(*c))
        .last()?
        .0;
    let name = &text[start..];
    (!name.starts_with(|c: char| c.is_ascii_digit())).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_the_name_of_what_is_made() {
        let table = [
            ("let ready = ", "ready"),
            ("let mut ready = ", "ready"),
            ("let ready: Arc<AtomicBool> = Arc::new(", "ready"),
            ("Self { locked: ", "locked"),
            ("Self {\n    locked: sync::atomic::", "locked"),
            ("Lock { locked: AtomicBool::new(false), value: ", "value"),
            ("let pair = Arc::new((", "pair.0"),
            ("let pair = Arc::new((Mutex::new(0), ", "pair.1"),
            ("Peterson { want: [", "want[0]"),
            ("Peterson { want: [AtomicBool::new(false), ", "want[1]"),
            ("let slots = vec![", "slots[0]"),
            ("slots: std::array::from_fn(|_| ", "slots"),
            ("let head = CachePadded::new(", "head"),
        ];
        for (before, name) in table {
            assert_eq!(name_before(before).as_deref(), Some(name), "{before}");
        }
    }

    #[test]
    fn guesses_nothing_where_there_is_no_name() {
        for before in ["", "(0..2).map(|_| ", "    ", "start(1, "] {
            assert_eq!(name_before(before), None, "{before}");
        }
    }
}
