//! Mermaid source to SVG, without a browser.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, anyhow};
use mermaid_rs_renderer::{RenderOptions, Theme, render_strict};

use super::figure;
use crate::html::escape;

/// Draws `source`. A line `%% title: …` (a comment to Mermaid) is the caption. `key` tells the drawing
/// from the others on its page.
pub(crate) fn draw(source: &str, key: usize) -> Result<String> {
    let svg = svg(source)?;
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let title = lines
        .iter()
        .find_map(|line| line.strip_prefix("%% title:"))
        .map_or("", str::trim);
    let described = match title {
        "" => escape(&lines.join("; ")),
        title => escape(title),
    };
    let svg = svg.replacen(
        "<svg",
        &format!("<svg role=\"img\" aria-label=\"{described}\""),
        1,
    );
    Ok(figure("mermaid", &with_own_ids(&svg, key), title))
}

/// What the renderer makes of `source`. Labels take it up to half a second to place (unoptimised, as we
/// are), so a server that builds again and again remembers the drawings.
fn svg(source: &str) -> Result<String> {
    static DRAWN: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
    let drawn = || DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(svg) = drawn().get(source) {
        return Ok(svg.clone());
    }
    let options = RenderOptions {
        theme: theme(),
        ..RenderOptions::modern()
    };
    let svg = render_strict(source, options).map_err(|error| anyhow!("mermaid: {error}"))?;
    drawn().insert(source.to_owned(), svg.clone());
    Ok(svg)
}

/// The renderer names the arrow heads of every drawing alike; on one page, ids are to be unique.
fn with_own_ids(svg: &str, key: usize) -> String {
    svg.replace(" id=\"", &format!(" id=\"m{key}-"))
        .replace("url(#", &format!("url(#m{key}-"))
}

/// Every colour is a variable of mdBook's theme, so that one drawing suits light and dark.
fn theme() -> Theme {
    let variable = |name: &str| format!("var(--{name})");
    let (text, page, fill) = (variable("fg"), variable("bg"), variable("quote-bg"));
    Theme {
        font_family: "Open Sans, sans-serif".into(),
        font_size: 15.0,
        background: "transparent".into(),
        text_color: text.clone(),
        primary_text_color: text.clone(),
        line_color: text.clone(),
        primary_border_color: text.clone(),
        primary_color: fill.clone(),
        secondary_color: fill.clone(),
        tertiary_color: fill.clone(),
        edge_label_background: page,
        cluster_background: fill.clone(),
        cluster_border: text.clone(),
        sequence_actor_fill: fill,
        sequence_actor_border: text.clone(),
        sequence_actor_line: text.clone(),
        sequence_note_fill: variable("theme-hover"),
        sequence_note_border: variable("blockquote-warning-color"),
        sequence_activation_fill: variable("theme-hover"),
        sequence_activation_border: text,
        ..Theme::modern()
    }
}
