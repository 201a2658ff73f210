//! A prediction as HTML: what can be read without JavaScript and on paper. `predict.js` makes a form of it.
//!
//! The answer is folded and out of the search, as hints are. `predict.js` takes its verdicts from there, so
//! they stand on the page once.

use super::block::{Block, Choice, Kind};
use crate::html::{block as one_block, escape, markdown, unindexed, with_code};

/// `listing` is Markdown that goes above the question.
pub(super) fn render(block: &Block, listing: &str) -> String {
    let order = shown_order(block);
    let choices: String = order
        .iter()
        .map(|&at| format!("<li>{}</li>\n", with_code(&block.choices[at].text)))
        .collect();
    let id = &block.id;
    let head = format!(
        "<section class=\"predict\" id=\"predict-{id}\" data-kind=\"{}\" aria-labelledby=\"predict-{id}-question\">\n\
         <p class=\"predict-title\"><span>Predict</span></p>\n",
        block.kind.name()
    );
    let tail = format!(
        "<p class=\"question\" id=\"predict-{id}-question\">{} <span class=\"task\">{}</span></p>\n\
         <ul class=\"choices\">\n{choices}</ul>\n{}</section>\n",
        inline(&block.question),
        task(block.kind),
        unindexed("The answer", &answer(block, &order)),
    );
    // mdBook puts its own directives in after us.
    format!("{}\n{listing}\n{}", one_block(&head), one_block(&tail)).replace("{{#", "\\{{#")
}

fn task(kind: Kind) -> &'static str {
    match kind {
        Kind::One | Kind::Weakest | Kind::Line => "Choose one.",
        Kind::Outcomes => "Choose all that apply.",
        Kind::Order => "Put them in order.",
    }
}

/// A verdict on each choice, and the explanation. `data-choice` is the place of the choice in the list.
fn answer(block: &Block, order: &[usize]) -> String {
    let place = |at: usize| order.iter().position(|&shown| shown == at).unwrap_or(at);
    let verdicts: String = block
        .choices
        .iter()
        .enumerate()
        .map(|(at, choice)| verdict(block.kind, place(at), choice))
        .collect();
    let list = if block.kind == Kind::Order {
        "ol"
    } else {
        "ul"
    };
    format!(
        "<{list} class=\"verdicts\">{verdicts}</{list}>\n<div class=\"explain\">{}</div>\n",
        markdown(&block.explain)
    )
}

fn verdict(kind: Kind, place: usize, choice: &Choice) -> String {
    let why = match &choice.why {
        Some(why) => format!(" <span class=\"why\">{}</span>", inline(why)),
        None => String::new(),
    };
    let text = with_code(&choice.text);
    let said = match (kind, choice.right) {
        (Kind::Order, _) => text,
        (_, true) => format!("<strong>Right:</strong> {text}."),
        (_, false) => format!("Wrong: {text}."),
    };
    let right = choice.right;
    format!("<li data-choice=\"{place}\" data-right=\"{right}\">{said}{why}</li>\n")
}

/// The places of the choices, as the reader first sees them. If they are shuffled, then the same way in every
/// build, and an order never into the right one.
fn shown_order(block: &Block) -> Vec<usize> {
    let mut order: Vec<usize> = (0..block.choices.len()).collect();
    if !block.is_shuffled() {
        return order;
    }
    order.sort_by_key(|&at| hash(&format!("{} {}", block.choices[at].text, block.id)));
    if block.kind == Kind::Order && order.is_sorted() {
        order.reverse();
    }
    order
}

/// A hash that is the same with every version of Rust: FNV-1a, and then MurmurHash's last steps, without which
/// texts that are nearly the same would keep their order.
fn hash(text: &str) -> u64 {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (fnv ^ (fnv >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

/// Markdown within a line.
fn inline(text: &str) -> String {
    let html = markdown(&text.replace('\n', " "));
    let html = html.trim();
    html.strip_prefix("<p>")
        .and_then(|html| html.strip_suffix("</p>"))
        .map_or_else(|| escape(text), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(choices: &[&str]) -> Block {
        let choices: String = choices
            .iter()
            .map(|text| format!("[[choice]]\ntext = \"{text}\"\n"))
            .collect();
        Block::read(&format!(
            "id = \"x\"\nquestion = \"*Which*?\"\nkind = \"order\"\nprogram = \"p.rs\"\nexplain = \"Zebra.\"\n{choices}"
        ))
        .unwrap()
    }

    #[test]
    fn an_order_is_never_shown_solved() {
        for choices in [vec!["a", "b"], vec!["b", "a"], vec!["1", "2", "3"]] {
            let block = order(&choices);
            let shown = shown_order(&block);
            assert!(!shown.is_sorted());
            assert_eq!(shown, shown_order(&block));
        }
    }

    #[test]
    fn the_place_of_the_right_choice_tells_nothing() {
        let mut places = [0; 3];
        for id in 0..300 {
            let choices = "[[choice]]\ntext = \"one\"\nright = true\n[[choice]]\ntext = \"two\"\nwhy = \"no\"\n\
                           [[choice]]\ntext = \"many\"\nwhy = \"no\"\n";
            let block = Block::read(&format!(
                "id = \"q-{id}\"\nquestion = \"?\"\nkind = \"one\"\nprogram = \"p.rs\"\nexplain = \"!\"\n{choices}"
            ))
            .unwrap();
            let right = shown_order(&block).iter().position(|&at| at == 0).unwrap();
            places[right] += 1;
        }
        assert!(
            places.iter().all(|&count| (75..125).contains(&count)),
            "{places:?}"
        );
    }

    #[test]
    fn the_answer_stands_in_an_attribute_only() {
        let html = render(&order(&["a", "b"]), "");
        assert!(html.contains("<em>Which</em>?"));
        let (before, frame) = html.split_once("srcdoc=\"").unwrap();
        assert!(!before.contains("Zebra") && !before.contains("data-choice"));
        let (frame, after) = frame.split_once('"').unwrap();
        assert!(frame.contains("Zebra") && !after.contains("Zebra"));
    }
}
