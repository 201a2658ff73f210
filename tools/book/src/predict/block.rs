//! Reads the block, which is TOML, and sees that it makes a question.

use std::collections::HashSet;

use serde::Deserialize;
use toml::Spanned;

use super::Mistake;
use crate::problem::line_of;

/// How the reader answers, and how the answer is compared with what the program prints.
#[derive(Clone, Copy, Deserialize, Debug, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// One choice is right: the last line.
    One,
    /// All choices that can happen are right: the set of lines.
    Outcomes,
    /// All choices are lines, in the order in which they are printed.
    Order,
    /// As `One`; the choices are orderings, from weak to strong.
    Weakest,
    /// As `One`; the choices are lines of the program.
    Line,
}

impl Kind {
    /// As a page writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Outcomes => "outcomes",
            Self::Order => "order",
            Self::Weakest => "weakest",
            Self::Line => "line",
        }
    }
}

/// A block that makes a question.
pub(super) struct Block {
    pub(super) id: String,
    pub(super) question: String,
    pub(super) kind: Kind,
    /// From the repository root.
    pub(super) program: String,
    /// The line of the block that names the program.
    pub(super) program_line: usize,
    /// Which part of the program stands above the question: none, all (`""`), or that of an anchor.
    pub(super) show: Option<String>,
    pub(super) explain: String,
    pub(super) choices: Vec<Choice>,
    /// What the block says of whether its choices may stand in another order.
    shuffle: Option<bool>,
}

pub(super) struct Choice {
    /// The line of the block that it starts on.
    pub(super) line: usize,
    pub(super) text: String,
    /// What the program prints for it, if that is not the text.
    prints: Option<String>,
    pub(super) right: bool,
    pub(super) why: Option<String>,
}

impl Choice {
    /// The printed line that this choice stands for.
    pub(super) fn printed(&self) -> &str {
        self.prints.as_deref().unwrap_or(&self.text).trim()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Spanned<String>,
    question: String,
    kind: Kind,
    program: Spanned<String>,
    show: Option<String>,
    explain: String,
    shuffle: Option<bool>,
    #[serde(default, rename = "choice")]
    choices: Vec<Spanned<WrittenChoice>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenChoice {
    text: String,
    prints: Option<String>,
    right: Option<bool>,
    why: Option<String>,
}

impl Block {
    pub(super) fn read(body: &str) -> Result<Self, Mistake> {
        let written: Written = toml::from_str(body).map_err(|error| Mistake {
            // Something that is missing is missing in the whole block, which starts on line 1.
            line: error.span().map_or(0, |span| line_of(body, span.start)),
            message: format!("predict: {}", error.message()),
        })?;
        let id_line = line_of(body, written.id.span().start);
        let block = Self {
            id: written.id.into_inner(),
            question: written.question,
            kind: written.kind,
            program_line: line_of(body, written.program.span().start),
            program: written.program.into_inner(),
            show: written.show,
            explain: written.explain,
            shuffle: written.shuffle,
            choices: written
                .choices
                .into_iter()
                .map(|choice| Choice::new(choice, body))
                .collect(),
        };
        let well_named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if block.id.is_empty() || !block.id.chars().all(well_named) {
            return Err(at(id_line, "`id` is made of a-z, 0-9 and -"));
        }
        block.check_choices(body)?;
        Ok(block)
    }

    /// Whether the page shows the choices in an order of its own, so that their places tell nothing. Those of a
    /// scale stay in theirs: orderings, lines of a program, numbers, and what the block says is one.
    pub(super) fn is_shuffled(&self) -> bool {
        let number = |choice: &Choice| choice.text.trim_matches('`').parse::<f64>().is_ok();
        match self.kind {
            Kind::Order => true,
            Kind::Weakest | Kind::Line => false,
            Kind::One | Kind::Outcomes => self
                .shuffle
                .unwrap_or_else(|| !self.choices.iter().all(number)),
        }
    }

    /// As many right ones as the kind asks for, and a reason for each wrong one.
    fn check_choices(&self, body: &str) -> Result<(), Mistake> {
        if self.choices.len() < 2 {
            let has = self.choices.len();
            return Err(at(
                0,
                &format!("a question has two choices or more, not {has}"),
            ));
        }
        let mut texts = HashSet::new();
        for choice in &self.choices {
            if !texts.insert(choice.text.trim()) {
                return Err(at(
                    choice.line,
                    &format!("a choice for the second time: {:?}", choice.text),
                ));
            }
            let needs_why = self.kind != Kind::Order && !choice.right && choice.why.is_none();
            if needs_why {
                return Err(at(choice.line, "a wrong choice needs a `why`"));
            }
        }
        let right = self.choices.iter().filter(|choice| choice.right).count();
        let name = self.kind.name();
        if self.shuffle.is_some() && !matches!(self.kind, Kind::One | Kind::Outcomes) {
            return Err(at(
                0,
                &format!("`shuffle` is for `one` and `outcomes`; `{name}` has an order of its own"),
            ));
        }
        match self.kind {
            Kind::Order => match mentions_right(body) {
                Some(line) => Err(at(
                    line,
                    "in `order` the choices stand in their right order, and none is `right`",
                )),
                None => Ok(()),
            },
            Kind::Outcomes if right == 0 => Err(at(
                0,
                "`outcomes` has no choice with `right = true`; something has to happen",
            )),
            Kind::One | Kind::Weakest | Kind::Line if right != 1 => Err(at(
                0,
                &format!("`{name}` has one choice with `right = true`, not {right}"),
            )),
            _ => Ok(()),
        }
    }
}

impl Choice {
    fn new(written: Spanned<WrittenChoice>, body: &str) -> Self {
        let line = line_of(body, written.span().start);
        let written = written.into_inner();
        Self {
            line,
            text: written.text,
            prints: written.prints,
            right: written.right.unwrap_or(false),
            why: written.why,
        }
    }
}

/// The line of the first `right = …`.
fn mentions_right(body: &str) -> Option<usize> {
    let is_right = |line: &str| {
        let key = line.split('=').next().unwrap_or("");
        line.contains('=') && key.trim() == "right"
    };
    Some(body.lines().position(is_right)? + 1)
}

fn at(line: usize, message: &str) -> Mistake {
    Mistake {
        line,
        message: format!("predict: {message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "id = \"x\"\nquestion = \"?\"\nkind = \"one\"\nprogram = \"p.rs\"\nexplain = \"!\"\n";
    const RIGHT: &str = "[[choice]]\ntext = \"1\"\nright = true\n";
    const WRONG: &str = "[[choice]]\ntext = \"2\"\nwhy = \"no\"\n";

    fn mistake(body: &str) -> (usize, String) {
        match Block::read(body) {
            Ok(_) => panic!("this should not be read:\n{body}"),
            Err(mistake) => (mistake.line, mistake.message),
        }
    }

    #[track_caller]
    fn fails(body: &str, line: usize, part: &str) {
        let (at, message) = mistake(body);
        assert!(message.contains(part), "no `{part}` in {message}");
        assert_eq!(at, line, "{message}");
    }

    #[test]
    fn a_block_is_read() {
        let block = Block::read(&format!("{HEAD}{RIGHT}{WRONG}")).unwrap();
        assert_eq!((block.kind, block.program_line), (Kind::One, 4));
        let lines: Vec<usize> = block.choices.iter().map(|choice| choice.line).collect();
        assert_eq!(lines, [6, 9]);
    }

    #[test]
    fn what_is_unknown_is_named_with_its_line() {
        fails(
            &format!("{HEAD}hint = \"x\"\n{RIGHT}{WRONG}"),
            6,
            "unknown field `hint`",
        );
        fails(
            &format!("{HEAD}{RIGHT}{WRONG}wye = \"x\"\n"),
            12,
            "unknown field `wye`",
        );
        fails(&HEAD.replace("one", "two"), 3, "unknown variant `two`");
        fails("id = \n", 1, "predict:");
    }

    #[test]
    fn what_is_missing_is_named() {
        let without = HEAD.replace("question = \"?\"\n", "");
        fails(
            &format!("{without}{RIGHT}{WRONG}"),
            1,
            "missing field `question`",
        );
        fails(HEAD, 0, "two choices or more, not 0");
        fails(
            &format!("{HEAD}{RIGHT}{}", WRONG.replace("why = \"no\"\n", "")),
            9,
            "needs a `why`",
        );
    }

    #[test]
    fn each_kind_has_its_number_of_right_choices() {
        fails(
            &format!("{HEAD}{WRONG}{}", WRONG.replace('2', "3")),
            0,
            "not 0",
        );
        fails(
            &format!("{HEAD}{RIGHT}{}", RIGHT.replace('1', "3")),
            0,
            "not 2",
        );
        let outcomes = HEAD.replace("one", "outcomes");
        fails(
            &format!("{outcomes}{WRONG}{}", WRONG.replace('2', "3")),
            0,
            "no choice with",
        );
        assert!(Block::read(&format!("{outcomes}{RIGHT}{}", RIGHT.replace('1', "3"))).is_ok());
        let order = HEAD.replace("one", "order");
        fails(&format!("{order}{RIGHT}{WRONG}"), 8, "none is `right`");
    }

    #[test]
    fn a_scale_stays_in_its_order() {
        let shuffled = |body: &str| Block::read(body).unwrap().is_shuffled();
        let numbers = format!("{HEAD}{RIGHT}{WRONG}");
        let words = numbers.replace("\"2\"", "\"all\"");
        assert!(!shuffled(&numbers) && shuffled(&words));
        let said = |is: &str| words.replacen("kind", &format!("shuffle = {is}\nkind"), 1);
        assert!(!shuffled(&said("false")) && shuffled(&said("true")));
        assert!(!shuffled(&words.replace("one", "weakest")));
        let line = said("false").replace("one", "line");
        fails(&line, 0, "`line` has an order of its own");
    }

    #[test]
    fn a_choice_stands_there_once_and_an_id_is_a_word() {
        fails(
            &format!("{HEAD}{RIGHT}{}", WRONG.replace('2', "1")),
            9,
            "second time: \"1\"",
        );
        let id = HEAD.replace("\"x\"", "\"a b\"");
        fails(&format!("{id}{RIGHT}{WRONG}"), 1, "`id` is made of");
    }
}
