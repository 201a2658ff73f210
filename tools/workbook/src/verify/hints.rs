//! Hints: exactly three sections, each with something in it.

/// What the sections of a `hints.md` are called, in order.
pub(crate) const HEADINGS: [&str; 3] = [
    "1 · A question",
    "2 · A direction",
    "3 · The shape of the code",
];

/// The text of the three sections, or what is wrong with them.
pub(crate) fn parse(text: &str) -> Result<[String; 3], String> {
    let mut sections: Vec<(&str, String)> = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        match line.strip_prefix("## ").filter(|_| !fenced) {
            Some(heading) => sections.push((heading.trim(), String::new())),
            None => {
                if let Some((_, body)) = sections.last_mut() {
                    body.push_str(line);
                    body.push('\n');
                }
            }
        }
    }

    let found: Vec<&str> = sections.iter().map(|(heading, _)| *heading).collect();
    if found != HEADINGS {
        return Err(format!(
            "its sections (`## `) are {found:?}, and they must be {HEADINGS:?}"
        ));
    }
    for (heading, body) in &mut sections {
        *body = body.trim_matches('\n').to_owned();
        if body.trim().is_empty() {
            return Err(format!("the section `## {heading}` is empty"));
        }
    }
    let bodies: Vec<String> = sections.into_iter().map(|(_, body)| body).collect();
    Ok(bodies
        .try_into()
        .expect("there are three: their headings were compared"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# Hints\n\n## 1 · A question\n\nWho?\n\n## 2 · A direction\nThere.\n\n\
                        ## 3 · The shape of the code\n\n```rust\n## not a heading\n```\n";

    #[test]
    fn three_sections_are_told_apart() {
        let [one, two, three] = parse(GOOD).unwrap();
        assert_eq!((one.as_str(), two.as_str()), ("Who?", "There."));
        assert_eq!(three, "```rust\n## not a heading\n```");
    }

    #[test]
    fn a_missing_a_misnamed_and_an_empty_section_are_noticed() {
        let two = GOOD.split("## 3").next().unwrap();
        assert!(parse(two).unwrap_err().contains("must be"));
        let misnamed = GOOD.replace("2 · A", "2: a");
        assert!(parse(&misnamed).unwrap_err().contains("2: a direction"));
        let empty = GOOD.replace("There.", "");
        assert!(
            parse(&empty)
                .unwrap_err()
                .contains("`## 2 · A direction` is empty")
        );
    }
}
