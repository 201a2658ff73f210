//! `{{#flame NAME}}`: where the time went, as boxes on boxes in the colours of the page, with the heaviest functions
//! and the machine it was taken on.

mod data;
mod graph;

use std::fmt::Write;

use anyhow::{Context, Result};

use crate::html::{block, escape};
use crate::repository::Repository;
use data::{Call, Profile};

/// How many functions the table has at most.
const HEAVIEST: usize = 10;

/// And those with a smaller share of their own are left out.
const LIGHTEST: f64 = 0.005;

pub(super) fn render(name: &str, repository: &Repository) -> Result<String> {
    let [json, folded] = ["json", "folded"].map(|end| format!("book/data/profiles/{name}.{end}"));
    let profile = Profile::read(&repository.read(&json)?).context(json)?;
    let all = Call::read(&repository.read(&folded)?).context(folded)?;
    Ok(block(&format!(
        "<figure class=\"measurement\">\n<figcaption>{}</figcaption>\n{}{}{}</figure>\n",
        escape(&profile.title),
        graph::html(&profile.title, &all),
        table(&profile, &all),
        provenance(&profile, &all),
    )))
}

fn table(profile: &Profile, all: &Call) -> String {
    let samples = all.total as f64;
    let mut rows = String::new();
    for function in all.functions().into_iter().take(HEAVIEST) {
        let own = function.own as f64 / samples;
        if own >= LIGHTEST {
            let _ = writeln!(
                rows,
                "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td></tr>",
                escape(function.name),
                share(own),
                share(function.total as f64 / samples)
            );
        }
    }
    format!(
        "<details><summary>The heaviest functions</summary>\n\
         <div class=\"table-wrapper\" role=\"region\" aria-label=\"The heaviest functions: {}\">\n\
         <table>\n<thead><tr><th>function</th><th>itself</th><th>with what it calls</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n</details>\n",
        escape(&profile.title)
    )
}

/// Where and when the samples come from, and how to get one's own.
fn provenance(profile: &Profile, all: &Call) -> String {
    format!(
        "<p class=\"provenance\">Width: share of the {} samples, {} per second of processor time, in {:.1} seconds. So \
         {:.2} processors were busy. Recorded {}. Take it on yours: <code>{}</code></p>\n",
        all.total,
        profile.hertz,
        profile.seconds,
        profile.busy(all.total),
        profile.origin.html(),
        escape(&profile.command)
    )
}

/// `12 %`, and below one per cent `0.3 %`.
fn share(part: f64) -> String {
    let percent = part * 100.0;
    if percent < 0.95 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_as_many_digits_as_it_needs() {
        assert_eq!(
            [1.0, 0.123, 0.0096, 0.0031].map(share),
            ["100 %", "12 %", "1 %", "0.3 %"]
        );
    }
}
