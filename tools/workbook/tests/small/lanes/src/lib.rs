//! Stands in for the real `lanes`: runs a model once, and writes the report that the workbook looks for.

use std::panic::{self, AssertUnwindSafe};
use std::{env, fs, path::PathBuf, thread};

pub fn model(f: impl Fn()) {
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    let test = thread::current().name().unwrap_or("main").to_owned();
    let outcome = match result {
        Ok(()) => r#""outcome":"pass","executions":2,"complete":true"#,
        Err(_) => r#""outcome":"fail","executions":1,"failure":{"kind":"assertion"}"#,
    };
    if let Some(folder) = env::var_os("LANES_DIR") {
        let file = PathBuf::from(folder).join(format!("{}.json", test.replace("::", ".")));
        fs::write(file, format!(r#"{{"version":1,"model":"{test}",{outcome}}}"#)).unwrap();
    }
    if let Err(payload) = result {
        panic::resume_unwind(payload);
    }
}
