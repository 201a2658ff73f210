//! Compares the answer that a page states with what the program prints.

use std::collections::BTreeSet;

use super::Mistake;
use super::block::{Block, Choice, Kind};

/// Fails if `printed` gives another answer than `block` does.
pub(super) fn check(block: &Block, printed: &str) -> Result<(), Mistake> {
    let lines: Vec<&str> = printed
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let right = || block.choices.iter().filter(|choice| choice.right);
    let wrong = |line: usize, says: Vec<&str>, prints: &[&str], which: &str| Mistake {
        line,
        message: format!(
            "predict: the page says {}, but {which} {} prints {}",
            quoted(&says),
            block.program,
            quoted(prints)
        ),
    };
    match block.kind {
        Kind::Order => {
            let says: Vec<&str> = block.choices.iter().map(Choice::printed).collect();
            if says == lines {
                return Ok(());
            }
            let same = says.iter().zip(&lines).take_while(|(a, b)| a == b).count();
            let line = block.choices.get(same).map_or(0, |choice| choice.line);
            Err(wrong(line, says, &lines, "in this order"))
        }
        Kind::Outcomes => {
            let says: BTreeSet<&str> = right().map(Choice::printed).collect();
            let prints: BTreeSet<&str> = lines.iter().copied().collect();
            if says == prints {
                return Ok(());
            }
            let differs = |choice: &&Choice| choice.right != prints.contains(choice.printed());
            let line = block.choices.iter().find(differs).map_or(0, |it| it.line);
            let prints: Vec<&str> = prints.into_iter().collect();
            Err(wrong(
                line,
                says.into_iter().collect(),
                &prints,
                "as all that can happen",
            ))
        }
        Kind::One | Kind::Weakest | Kind::Line => {
            let last = lines.last().copied().unwrap_or("");
            match right().find(|choice| choice.printed() != last) {
                None => Ok(()),
                Some(choice) => Err(wrong(
                    choice.line,
                    vec![choice.printed()],
                    &lines[lines.len().saturating_sub(1)..],
                    "as its last line",
                )),
            }
        }
    }
}

fn quoted(lines: &[&str]) -> String {
    match lines {
        [] => "nothing".to_owned(),
        lines => {
            let quoted: Vec<String> = lines.iter().map(|line| format!("{line:?}")).collect();
            quoted.join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(kind: &str, choices: &str) -> Block {
        Block::read(&format!(
            "id = \"x\"\nquestion = \"?\"\nkind = \"{kind}\"\nprogram = \"p.rs\"\nexplain = \"!\"\n{choices}"
        ))
        .unwrap()
    }

    fn choice(text: &str, rest: &str) -> String {
        format!("[[choice]]\ntext = \"{text}\"\n{rest}\n")
    }

    const RIGHT: &str = "right = true";
    const WRONG: &str = "why = \"no\"";

    #[test]
    fn one_is_the_last_line() {
        for kind in ["one", "weakest", "line"] {
            let block = block(kind, &(choice("1", WRONG) + &choice("2", RIGHT)));
            assert!(check(&block, "1\n 2 \n\n").is_ok());
            let mistake = check(&block, "2\n1\n").unwrap_err();
            assert_eq!(mistake.line, 9);
            assert_eq!(
                mistake.message,
                "predict: the page says \"2\", but as its last line p.rs prints \"1\""
            );
            assert!(
                check(&block, "")
                    .unwrap_err()
                    .message
                    .ends_with("prints nothing")
            );
        }
    }

    #[test]
    fn outcomes_are_a_set() {
        let choices = choice("1", RIGHT) + &choice("2", WRONG) + &choice("3", RIGHT);
        let block = block("outcomes", &choices);
        assert!(check(&block, "3\n1\n1\n").is_ok());
        assert_eq!(
            check(&block, "1\n2\n3\n").unwrap_err().line,
            9,
            "2 can happen"
        );
        assert_eq!(check(&block, "1\n").unwrap_err().line, 12, "3 cannot");
        assert_eq!(
            check(&block, "1\n3\n4\n").unwrap_err().line,
            0,
            "4 is no choice"
        );
    }

    #[test]
    fn an_order_is_all_lines() {
        let block = block(
            "order",
            &(choice("a", "") + &choice("the second", "prints = \"b\"")),
        );
        assert!(check(&block, "a\nb\n").is_ok());
        assert_eq!(check(&block, "b\na\n").unwrap_err().line, 6);
        assert_eq!(check(&block, "a\nb\nc\n").unwrap_err().line, 0);
        assert_eq!(check(&block, "a\n").unwrap_err().line, 9);
    }
}
