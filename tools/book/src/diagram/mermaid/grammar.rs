//! What a line of a diagram may be. The renderer passes over a line that it does not understand, or makes a box of
//! its first word: a slip of the pen would be a diagram that says something else.
//!
//! The three kinds of diagram that the book has, as far as the renderer draws them.

use anyhow::{Result, bail};

/// Fails at the first line that no diagram of its kind has.
pub(super) fn check(source: &str) -> Result<()> {
    let mut lines = source
        .lines()
        .map(str::trim)
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with("%%"));
    let (_, head) = lines.next().unwrap_or_default();
    let kind = match words(head).as_slice() {
        ["flowchart" | "graph", direction] if is_direction(direction) => Kind::Flowchart,
        ["sequenceDiagram"] => Kind::Sequence,
        ["stateDiagram-v2"] => Kind::State,
        _ => bail!(
            "mermaid: it begins with `{head}`; there are `flowchart LR` (or RL, TD, TB, BT), `sequenceDiagram` and \
             `stateDiagram-v2`"
        ),
    };
    // Subgraphs that are open, or whether a note is.
    let mut depth = 0;
    for (index, line) in lines {
        let is_known = match kind {
            Kind::Flowchart => flowchart(line.trim_end_matches(';'), &mut depth),
            Kind::Sequence => sequence(line),
            Kind::State => state(line, &mut depth),
        };
        if !is_known {
            bail!(
                "mermaid: line {} is nothing that a {} has: `{line}`",
                index + 1,
                words(head)[0]
            );
        }
    }
    Ok(())
}

enum Kind {
    Flowchart,
    Sequence,
    State,
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn is_direction(word: &str) -> bool {
    ["LR", "RL", "TD", "TB", "BT"].contains(&word)
}

fn flowchart(line: &str, depth: &mut usize) -> bool {
    match words(line).as_slice() {
        ["subgraph", _, ..] => *depth += 1,
        ["end"] => *depth = depth.saturating_sub(1),
        ["direction", to] => return is_direction(to),
        [
            "style" | "classDef" | "class" | "linkStyle" | "click",
            _,
            _,
            ..,
        ] => {}
        // In a subgraph, a name alone says that the node belongs there. Elsewhere it is a word, and no drawing.
        [name] if *depth == 0 && id(name) == Some("") => return false,
        _ => return nodes(line).is_some_and(|rest| links(rest).is_some()),
    }
    true
}

/// What follows `node --> node --> …`, from the first link on; it has to be nothing.
fn links(rest: &str) -> Option<()> {
    match rest.trim_start() {
        "" => Some(()),
        rest => links(nodes(link(rest)?)?),
    }
}

/// What follows `node & node`.
fn nodes(rest: &str) -> Option<&str> {
    let rest = node(rest)?;
    match rest.trim_start().strip_prefix('&') {
        Some(more) => nodes(more),
        None => Some(rest),
    }
}

/// What follows a name and its shape: `id`, `id[text]`, `id(["text"])`, `id:::class`.
fn node(rest: &str) -> Option<&str> {
    let rest = id(rest.trim_start())?;
    let rest = match rest.starts_with(['[', '(', '{', '>']) {
        true => shape(rest)?,
        false => rest,
    };
    match rest.strip_prefix(":::") {
        Some(class) => id(class),
        None => Some(rest),
    }
}

/// What follows a name.
fn id(rest: &str) -> Option<&str> {
    let end = rest
        .find(|it: char| !it.is_alphanumeric() && it != '_')
        .unwrap_or(rest.len());
    (end > 0).then(|| &rest[end..])
}

/// What follows the bracket that closes the first one. Text between quotes may have any.
fn shape(rest: &str) -> Option<&str> {
    let (mut depth, mut is_quoted) = (0, false);
    for (at, it) in rest.char_indices() {
        match it {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '[' | '(' | '{' => depth += 1,
            '>' if at == 0 => depth += 1,
            ']' | ')' | '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(&rest[at + 1..]);
                }
            }
            _ => {}
        }
    }
    None
}

/// What follows `-->`, `-- text -->`, `-->|text|`, and the dotted and thick ones.
fn link(rest: &str) -> Option<&str> {
    const LINES: [char; 4] = ['-', '=', '.', '~'];
    let line = |text: &str| text.len() - text.trim_start_matches(LINES).len();
    let rest = rest.strip_prefix('<').unwrap_or(rest);
    let length = line(rest);
    if length < 2 {
        return None;
    }
    let mut rest = &rest[length..];
    if length == 2 && !rest.starts_with('>') {
        // The text is closed by a line of its own.
        let end = ["--", ".-", "=="]
            .iter()
            .filter_map(|it| rest.find(it))
            .min()?;
        let closing = &rest[end..];
        rest = &closing[line(closing)..];
    }
    let rest = rest.strip_prefix('>').unwrap_or(rest);
    match rest.trim_start().strip_prefix('|') {
        Some(text) => text.split_once('|').map(|(_, after)| after),
        None => Some(rest),
    }
}

fn sequence(line: &str) -> bool {
    match words(line).as_slice() {
        ["participant" | "actor", name] => is_name(name),
        ["participant" | "actor", name, "as", _, ..] => is_name(name),
        ["activate" | "deactivate", name] => is_name(name),
        ["Note" | "note", "over", ..] => says(line, "over"),
        ["Note" | "note", "left" | "right", "of", ..] => says(line, "of"),
        [
            "loop" | "alt" | "else" | "opt" | "par" | "and" | "rect" | "critical" | "option"
            | "break" | "box",
            ..,
        ]
        | ["autonumber" | "end"] => true,
        _ => message(line),
    }
}

/// `Note over A,B: text`, behind `word`.
fn says(line: &str, word: &str) -> bool {
    line.split_once(word)
        .and_then(|(_, rest)| rest.split_once(':'))
        .is_some_and(|(over, text)| over.split(',').all(is_name) && !text.trim().is_empty())
}

/// `A->>B: text`.
fn message(line: &str) -> bool {
    const ARROWS: [&str; 8] = ["-->>", "->>", "--x", "--)", "-->", "-x", "-)", "->"];
    let Some((ends, text)) = line.split_once(':') else {
        return false;
    };
    let ends = ARROWS.iter().find_map(|arrow| ends.split_once(arrow));
    ends.is_some_and(|(from, to)| {
        is_name(from) && is_name(to.trim_start_matches(['+', '-'])) && !text.trim().is_empty()
    })
}

fn state(line: &str, notes: &mut usize) -> bool {
    if *notes > 0 {
        *notes = usize::from(line != "end note");
        return true;
    }
    match words(line).as_slice() {
        ["note", "left" | "right", "of", name] => {
            *notes = 1;
            is_name(name)
        }
        ["note", "left" | "right", "of", ..] => says(line, "of"),
        ["direction", to] => is_direction(to),
        ["state", .., "as", name] | ["state", name, "{"] => is_name(name),
        ["state", name, "<<choice>>" | "<<fork>>" | "<<join>>"] => is_name(name),
        ["classDef" | "class", _, _, ..] | ["}" | "--"] => true,
        _ => {
            let (states, _text) = line.split_once(':').unwrap_or((line, ""));
            let is_state = |name: &str| name.trim() == "[*]" || is_name(name);
            match states.split_once("-->") {
                Some((from, to)) => is_state(from) && is_state(to),
                None => line.contains(':') && is_name(states),
            }
        }
    }
}

/// A word, or several.
fn is_name(text: &str) -> bool {
    let is_word = |it: char| it.is_alphanumeric() || it == '_' || it == ' ';
    !text.trim().is_empty() && text.chars().all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn all(head: &str, lines: &[&str], are_known: bool) {
        for line in lines {
            let checked = check(&format!("%% title: T\n{head}\n  {line}\n"));
            assert_eq!(checked.is_ok(), are_known, "{line}: {checked:?}");
        }
    }

    #[test]
    fn what_a_diagram_may_have_is_known() {
        let flowchart = [
            "A[threads] -->|report| R[(ring)]",
            "A -- no --> I[\"init()\"] --> B([b])",
            "A -. waits for .-> LB[\"Bob's account\"]",
            "L[\"queue.lock().unwrap()\"] -- \"Some\" --> B[\"run(job): still locked\"];",
            "G{\"ready? (Acquire)\"} ==> A & B --- C",
            "A",
            "A[alone]",
            "subgraph one",
            "end",
            "style A fill:none",
        ];
        all("flowchart LR\nsubgraph x", &flowchart, true);
        let sequence = [
            "participant A as Owner A",
            "Note over A,B: reads: 0",
            "Note right of A: text",
            "A->>B: fetch_sub(1, Release): 2 → 1",
            "A-->>+B: text",
            "loop until it is free",
            "end",
        ];
        all("sequenceDiagram", &sequence, true);
        let state = [
            "direction LR",
            "[*] --> Free",
            "Free --> Held: lock",
            "Held: somebody is in",
            "state \"two words\" as Two",
            "note right of Held: text",
            "note right of Held\n  anything at all\nend note",
        ];
        all("stateDiagram-v2", &state, true);
    }

    #[test]
    fn nonsense_is_told() {
        let nonsense = [
            "this is nonsense",
            "???",
            "A ~ B",
            "A[open --> B",
            "<b>html</b>",
            "participnt C",
        ];
        for head in ["flowchart LR", "sequenceDiagram", "stateDiagram-v2"] {
            all(head, &nonsense, false);
        }
        all(
            "flowchart TD",
            &[
                "word",
                "A -> B",
                "A - -> B",
                "A --> B C",
                "A -->",
                "subgraph",
            ],
            false,
        );
        all(
            "sequenceDiagram",
            &["word", "A->>B", "A->>: x", "A: x", "Note over : x"],
            false,
        );
        all(
            "stateDiagram-v2",
            &["word", "A -> B", "A --> ", "state"],
            false,
        );
        all("pie", &["\"a\" : 1"], false);
        let told = check("flowchart LR\nA --> B\noops here\n")
            .unwrap_err()
            .to_string();
        assert_eq!(
            told,
            "mermaid: line 3 is nothing that a flowchart has: `oops here`"
        );
    }
}
