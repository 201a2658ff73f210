//! Rust code as tokens: what is left of it without comments, line breaks and spaces.
//!
//! Of our own, since what a page shows is rarely a whole file: a window of a trace begins and ends in the middle of a
//! function, and no parser takes braces that do not close.

/// A piece of code. Whatever it is, its text is enough to tell.
pub(super) type Token<'a> = &'a str;

/// The tokens of `code`. What is no Rust at all gives tokens, too: they are like nothing else.
pub(super) fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if first.is_whitespace() => first.len_utf8(),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            _ => {
                let length = token(rest, first);
                found.push(&rest[..length]);
                length
            }
        };
        rest = &rest[length..];
    }
    found
}

/// How long the comment is that `rest` begins with. They nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// How long the token is that `rest` begins with, with `first`.
fn token(rest: &str, first: char) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let word = |text: &str| text.find(|c| !is_word(c)).unwrap_or(text.len());
    match first {
        '"' => quoted(rest, 0),
        '\'' => {
            let mut after = rest[1..].chars();
            match (after.next(), after.next()) {
                (Some('\\'), _) | (Some(_), Some('\'')) => quoted(rest, 0),
                _ => 1 + word(&rest[1..]), // a lifetime
            }
        }
        '0'..='9' => {
            let whole = word(rest);
            let part = rest[whole..].strip_prefix('.');
            match part.filter(|part| part.starts_with(|c: char| c.is_ascii_digit())) {
                Some(part) => whole + 1 + word(part),
                None => whole,
            }
        }
        _ if is_word(first) => {
            let length = word(rest);
            let quote = rest[length..].trim_start_matches('#');
            match &rest[..length] {
                "b" | "c" if quote.len() == rest.len() - length && quote.starts_with('"') => {
                    quoted(rest, 1)
                }
                "b" if rest[1..].starts_with('\'') => quoted(rest, 1),
                "r" | "br" | "cr" if quote.starts_with('"') => {
                    let hashes = &rest[length..rest.len() - quote.len()];
                    let end = format!("\"{hashes}");
                    let inner = length + hashes.len() + 1;
                    let found = rest[inner..].find(&end);
                    found.map_or(rest.len(), |at| inner + at + end.len())
                }
                _ => length,
            }
        }
        _ => first.len_utf8(),
    }
}

/// How long the literal is whose quote stands at `at`.
fn quoted(rest: &str, at: usize) -> usize {
    let mut characters = rest[at..].char_indices();
    let quote = characters.next().map(|(_, quote)| quote);
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            _ if Some(character) == quote => return at + index + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_spaces_are_no_tokens() {
        let code = "a /* b /* \" */ é */\n  // c\n+= 1; // d";
        assert_eq!(tokens(code), ["a", "+", "=", "1", ";"]);
        assert_eq!(tokens("a /* never closed"), ["a"]);
    }

    #[test]
    fn a_literal_is_one_token() {
        let code = "f(\"a \\\" // b\", 'c', '\\'', b'd', br#\"\"e\"#, r\"\\\", 1.5, 0..2_u8)";
        let literals = [
            "\"a \\\" // b\"",
            "'c'",
            "'\\''",
            "b'd'",
            "br#\"\"e\"#",
            "r\"\\\"",
            "1.5",
        ];
        let found = tokens(code);
        for literal in literals {
            assert!(found.contains(&literal), "no {literal} in {found:?}");
        }
        assert!(found.ends_with(&["0", ".", ".", "2_u8", ")"]), "{found:?}");
    }

    #[test]
    fn a_lifetime_is_no_character() {
        assert_eq!(tokens("&'a T<'_>"), ["&", "'a", "T", "<", "'_", ">"]);
    }

    #[test]
    fn half_a_function_has_tokens() {
        assert_eq!(
            tokens("x); }\n} \"open"),
            ["x", ")", ";", "}", "}", "\"open"]
        );
    }
}
