//! Mermaid source to SVG, without a browser.

mod grammar;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{env, fs, process};

use anyhow::{Result, anyhow};
use mermaid_rs_renderer::{RenderOptions, Theme, render_strict};

use super::figure;
use crate::html::escape;

/// Draws `source`. A line `%% title: …` (a comment to Mermaid) is the caption. `key` tells the drawing
/// from the others on its page.
pub(crate) fn draw(source: &str, key: usize) -> Result<String> {
    grammar::check(source)?;
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
/// are), so drawings are remembered: in a server that builds again and again, and beside the program, for its
/// next run.
fn svg(source: &str) -> Result<String> {
    static DRAWN: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
    let drawn = || DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(svg) = drawn().get(source) {
        return Ok(svg.clone());
    }
    let place = place_of(source);
    let kept = place
        .as_ref()
        .and_then(|place| fs::read_to_string(place).ok());
    let svg = match kept {
        Some(svg) => svg,
        None => {
            let svg = render(source)?;
            if let Some(place) = place {
                keep(&svg, &place);
            }
            svg
        }
    };
    drawn().insert(source.to_owned(), svg.clone());
    Ok(svg)
}

/// Where the drawing of `source` by this very program is kept. Another build of it may draw otherwise.
fn place_of(source: &str) -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let built = program.metadata().and_then(|it| it.modified()).ok()?;
    let mut hasher = DefaultHasher::new();
    (source, built).hash(&mut hasher);
    let name = format!("{:016x}.svg", hasher.finish());
    Some(program.parent()?.join("drawings").join(name))
}

/// Keeps a drawing. Where that cannot be done, it is drawn again the next time.
fn keep(svg: &str, place: &Path) {
    let written = place.with_extension(format!("{}.tmp", process::id()));
    // Under its name only when it is whole: another `cargo book` may be looking.
    let _ = fs::create_dir_all(place.parent().unwrap_or(place))
        .and_then(|()| fs::write(&written, svg))
        .and_then(|()| fs::rename(&written, place));
}

fn render(source: &str) -> Result<String> {
    let options = RenderOptions {
        theme: theme(),
        ..RenderOptions::modern()
    };
    render_strict(source, options).map_err(|error| anyhow!("mermaid: {error}"))
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
