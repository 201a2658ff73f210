//! Stands in for the real `lanes`: runs a model once, and writes the report that the workbook looks for.
//!
//! It watches no test, so that the workbook has to see for itself what becomes of one.
//! It claims that there are two orderings in the source, and notices only if the first one is weakened.

use std::panic::{self, AssertUnwindSafe};
use std::{env, fs, path::PathBuf, thread};

#[macro_export]
macro_rules! each_test {
    () => {};
}

pub fn model(f: impl Fn()) {
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        f();
        let weakened = env::var("LANES_WEAKEN").unwrap_or_default();
        assert!(weakened != "src/latch.rs:19:9=Relaxed", "a weaker ordering is noticed");
    }));
    let test = thread::current().name().unwrap_or("main").to_owned();
    let outcome = match &result {
        Ok(()) => {
            let orderings = [ordering(19), ordering(24)].join(",");
            format!(r#""outcome":"pass","states":2,"orderings":[{orderings}]"#)
        }
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or(payload.downcast_ref::<&str>().copied()).unwrap_or_default();
            let todo = text.starts_with("not yet implemented");
            let (kind, rows) = if todo { ("not_yet_implemented", "") } else { ("assertion", "{}") };
            format!(
                r#""outcome":"fail","failure":{{"kind":"{kind}","headline":"it breaks","rows":[{rows}]}}"#
            )
        }
    };
    if let Some(folder) = env::var_os("LANES_DIR") {
        let file = PathBuf::from(folder).join(format!("{}.json", test.replace("::", ".")));
        fs::write(file, format!(r#"{{"version":2,"model":"{test}",{outcome}}}"#)).unwrap();
    }
    if let Err(payload) = result {
        panic::resume_unwind(payload);
    }
}

fn ordering(line: u32) -> String {
    format!(
        r#"{{"file":"src/latch.rs","line":{line},"column":9,"op":"store","ordering":"Release",
        "weaker":["Relaxed"],"weaken":"src/latch.rs:{line}:9"}}"#
    )
}
