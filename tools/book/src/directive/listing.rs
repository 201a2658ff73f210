//! `{{#listing PATH}}` and `{{#listing PATH:ANCHOR}}`: code from a real file. Of a patch, the wrong solution that it
//! makes.

use anyhow::{Context, Result};

use crate::html::escape;
use crate::pitfall::Pitfall;
use crate::repository::{Repository, excerpt};

pub(crate) fn render(argument: &str, repository: &Repository) -> Result<String> {
    let (path, anchor) = match argument.split_once(':') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (argument, None),
    };
    let text = match path.ends_with(".patch") {
        true => Pitfall::read(path, repository)?.excerpt(anchor)?,
        false => excerpt(&repository.read(path)?, anchor).with_context(|| path.to_owned())?,
    };
    Ok(figure(path, language(path), &text))
}

/// Code under the path it comes from.
pub(super) fn figure(path: &str, language: &str, text: &str) -> String {
    format!(
        "<figure class=\"listing\">\n<figcaption><code>{}</code></figcaption>\n\n{}\n</figure>\n",
        escape(path),
        fenced(language, text)
    )
}

/// A code block with a fence longer than any in the code.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    let text = if language == "rust" {
        unhide(text)
    } else {
        text.to_owned()
    };
    format!(
        "{fence}{language}\n{}\n{fence}\n",
        text.trim_end_matches('\n')
    )
}

/// mdBook hides the lines of Rust code that start with `# `, as rustdoc does. A file has no hidden
/// lines; where such a line stands in one (in a string, say), `##` shows it.
fn unhide(text: &str) -> String {
    text.lines()
        .map(|line| {
            let code = line.trim_start();
            let hidden = code == "#" || code.starts_with("# ") || code.starts_with("##");
            let margin = &line[..line.len() - code.len()];
            let mark = if hidden { "#" } else { "" };
            format!("{margin}{mark}{code}\n")
        })
        .collect()
}

fn language(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "rs" | "patch" => "rust",
        "toml" => "toml",
        "json" => "json",
        "md" => "markdown",
        "sh" => "bash",
        "yml" | "yaml" => "yaml",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_any_in_the_code() {
        assert_eq!(fenced("text", "```\n"), "````text\n```\n````\n");
    }

    #[test]
    fn no_line_of_a_rust_file_is_hidden() {
        let shown = fenced("rust", "#[test]\n  # a\n#\n## b\n");
        assert_eq!(shown, "```rust\n#[test]\n  ## a\n##\n### b\n```\n");
    }
}
