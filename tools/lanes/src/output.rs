//! What a checked model leaves behind: a line for the reader, a file for other programs.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;

use crate::json::Json;
use crate::ordering::{OrderingSite, Role};
use crate::pass::Pass;
use crate::report::Report;
use crate::source;

/// The version of the format of the file. It changes when a reader of the old one would misread the new one.
const VERSION: u32 = 2;

/// How many models each test has checked so far.
static MODELS: LazyLock<Mutex<HashMap<String, usize>>> = LazyLock::new(Mutex::default);

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("LANES_DIR")?;
    (!folder.is_empty()).then(|| PathBuf::from(folder))
}

/// Whether files are wanted: `LANES_DIR` names their folder.
pub(crate) fn is_wanted() -> bool {
    folder().is_some()
}

/// Writes what exploring the model of this test found, if files are wanted.
pub(crate) fn write(result: &Result<Pass, Box<Report>>) {
    let Some(folder) = folder() else { return };
    let name = name();
    let count = {
        let mut models = MODELS.lock().unwrap_or_else(PoisonError::into_inner);
        let count = models.entry(name.clone()).or_default();
        *count += 1;
        *count
    };
    let mut file = name.replace("::", ".");
    if count > 1 {
        file.push_str(&format!("-{count}"));
    }
    let path = folder.join(file).with_added_extension("json");
    let text = to_json(&name, result).pretty();
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&path, text));
    if let Err(error) = written {
        panic!("LANES_DIR: cannot write {}: {error}", path.display());
    }
}

/// Says on standard error what was explored, past the capture that hides a passing test's output.
pub(crate) fn pass_line(pass: &Pass) {
    let _ = io::stderr().write_all(format!("{}: {}\n", name(), in_words(pass)).as_bytes());
}

/// Says that a schedule has passed, and that this is all that is known.
pub(crate) fn replay_line() {
    let line = format!(
        "{}: passes along this schedule; nothing else was explored\n",
        name()
    );
    let _ = io::stderr().write_all(line.as_bytes());
}

/// Whether that is what [`pass_line`] says in this test.
pub(crate) fn is_pass_line(test: &str, line: &str) -> bool {
    line.strip_prefix(test)
        .is_some_and(|line| line.starts_with(": all executions explored in "))
}

/// The name of the model: its test's.
fn name() -> String {
    thread::current().name().unwrap_or("model").to_owned()
}

fn in_words(pass: &Pass) -> String {
    let millis = pass.elapsed.as_secs_f64() * 1e3;
    let time = if millis < 9_999.5 {
        format!("{:.0} ms", millis.ceil())
    } else {
        format!("{:.0} s", millis / 1e3)
    };
    let mut words = format!("all executions explored in {time}: {} states", pass.states);
    if let Some(wakes) = pass.wakes {
        words.push_str(&format!(
            ", with at most {wakes} wake-ups for no reason in each thread"
        ));
    }
    if pass.hidden {
        words.push_str(
            ", one by one, for something outside of the model decides what a thread does",
        );
    }
    if let Some(loom) = &pass.loom {
        words.push_str("; loom: ");
        words.push_str(&match (loom.executions, loom.complete) {
            (1, true) => String::from("its only execution"),
            (all, true) => format!("all its {all} executions"),
            (0, false) => String::from("no execution to its end"),
            (1, false) => String::from("the first execution"),
            (some, false) => format!("the first {some} executions"),
        });
    }
    if let Some(objection) = pass.loom_objection() {
        let line = objection.lines().next().unwrap_or_default();
        words.push_str(&format!(
            ", and then a failure that the language does not allow: {line}"
        ));
    }
    words
}

fn to_json(name: &str, result: &Result<Pass, Box<Report>>) -> Json {
    let mut fields = vec![("version", VERSION.into()), ("model", name.into())];
    match result {
        Ok(pass) => fields.extend([
            ("outcome", "pass".into()),
            ("states", pass.states.into()),
            ("wakes", pass.wakes.map(usize::from).into()),
            ("hidden", Json::Bool(pass.hidden)),
            (
                "loom_executions",
                pass.loom_executions().map(|(count, _)| count).into(),
            ),
            (
                "loom_complete",
                Json::Bool(pass.loom_executions().is_some_and(|(_, all)| all)),
            ),
            (
                "loom_objection",
                pass.loom_objection()
                    .map(Json::from)
                    .map_or(Json::Null, |text| text),
            ),
            ("elapsed_ms", Json::Number(pass.elapsed.as_millis() as u64)),
            ("orderings", pass.orderings.iter().collect()),
        ]),
        Err(report) => fields.extend([("outcome", "fail".into()), ("failure", report.to_json())]),
    }
    Json::Object(fields)
}

impl From<&OrderingSite> for Json {
    fn from(ordering: &OrderingSite) -> Self {
        let site = ordering.site;
        let word = |ordering| Json::Text(format!("{ordering:?}"));
        Json::Object(vec![
            ("file", source::relative(site.file()).as_str().into()),
            ("line", site.line().into()),
            ("column", site.column().into()),
            ("op", ordering.op.into()),
            (
                "role",
                match ordering.role {
                    Role::Success => "success".into(),
                    Role::Failure => "failure".into(),
                },
            ),
            ("ordering", word(ordering.ordering)),
            (
                "weaker",
                ordering
                    .weaker()
                    .iter()
                    .map(|ordering| word(*ordering))
                    .collect(),
            ),
            ("weaken", ordering.address().as_str().into()),
        ])
    }
}
