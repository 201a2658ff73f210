//! Where and with what a figure was taken.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use cargo_lock::{Lockfile, Package};
use serde::{Deserialize, Serialize};
use sysinfo::{CpuRefreshKind, RefreshKind, System};

/// The packages whose dependencies are measured, or measure. Of a crate that two of them depend on, the version of the
/// first counts.
const MEASURED: [&str; 3] = ["benches", "bench-kit", "bench-counts"];

/// A machine, as far as it matters for what was measured on it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// The model of its processor.
    pub cpu: String,
    /// How many processors there are for us.
    pub cores: usize,
    /// The operating system, with its version.
    pub os: String,
}

impl Machine {
    /// This one, as far as the operating system tells. A virtual machine may keep the model of its processor to itself.
    pub fn this() -> Self {
        let processors = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing());
        let brand = System::new_with_specifics(processors)
            .ok()
            .and_then(|system| Some(system.cpus().first()?.brand().trim().to_owned()))
            .filter(|brand| !brand.is_empty());
        Self {
            cpu: brand.unwrap_or_else(|| env::consts::ARCH.into()),
            cores: thread::available_parallelism().map_or(1, usize::from),
            os: System::long_os_version().unwrap_or_else(|_| env::consts::OS.into()),
        }
    }
}

/// Today, in UTC: 2026-11-21.
pub fn today() -> String {
    now()[.."2026-11-21".len()].into()
}

/// Now: 2026-11-21 14:03 UTC.
pub fn now() -> String {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let (day, time) = (&now[.."2026-11-21".len()], &now["2026-11-21T".len()..]);
    format!("{day} {} UTC", &time[.."14:03".len()])
}

/// The versions of the compiler and of `crates`, as `Cargo.lock` in `root` has them.
///
/// # Errors
///
/// Fails if the lock file cannot be read, if none of the measured packages depends on one of the crates, or if there is
/// no compiler.
pub fn versions(root: &Path, crates: &[String]) -> Result<BTreeMap<String, String>> {
    let path = root.join("Cargo.lock");
    let lock = Lockfile::load(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut versions = crate_versions(&lock, crates)?;
    versions.insert("rustc".into(), rustc()?);
    Ok(versions)
}

/// The lock may hold one crate in several versions. Ours is the one that a [measured](MEASURED) package depends on.
fn crate_versions(lock: &Lockfile, crates: &[String]) -> Result<BTreeMap<String, String>> {
    let package = |name: &str| {
        let is_it = |package: &&Package| package.name.as_str() == name;
        let package = lock.packages.iter().find(is_it);
        package.with_context(|| format!("Cargo.lock does not know the package `{name}`"))
    };
    let measured = MEASURED.map(package);
    let measured = measured.into_iter().collect::<Result<Vec<_>>>()?;
    let version = |name: &String| {
        let mut dependencies = measured.iter().flat_map(|package| &package.dependencies);
        let dependency = dependencies.find(|dependency| dependency.name.as_str() == name);
        let dependency = dependency
            .with_context(|| format!("none of {} depends on {name}", MEASURED.join(", ")))?;
        Ok((name.clone(), dependency.version.to_string()))
    };
    crates.iter().map(version).collect()
}

fn rustc() -> Result<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(&rustc)
        .arg("--version")
        .output()
        .with_context(|| format!("cannot run {}", rustc.display()))?;
    // rustc 1.95.0 (59807616e 2026-04-14)
    let text = String::from_utf8_lossy(&output.stdout);
    match text.split_whitespace().nth(1) {
        Some(version) => Ok(version.into()),
        None => bail!("`rustc --version` says {text:?}, which names no version"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_versions_in_the_lock_ours_is_taken() {
        let lock: Lockfile = r#"
            version = 4

            [[package]]
            name = "benches"
            version = "0.1.0"
            dependencies = ["parking_lot 0.13.0"]

            [[package]]
            name = "bench-kit"
            version = "0.1.0"
            dependencies = ["pprof 0.15.0"]

            [[package]]
            name = "bench-counts"
            version = "0.1.0"

            [[package]]
            name = "pprof"
            version = "0.15.0"

            [[package]]
            name = "parking_lot"
            version = "0.12.5"

            [[package]]
            name = "parking_lot"
            version = "0.13.0"
        "#
        .parse()
        .expect("a lock file");
        let versions = crate_versions(&lock, &["parking_lot".into(), "pprof".into()]);
        let versions = versions.expect("both are there");
        assert_eq!(versions["parking_lot"], "0.13.0");
        assert_eq!(versions["pprof"], "0.15.0");
        let error = crate_versions(&lock, &["flume".into()]).expect_err("it is not");
        assert!(error.to_string().contains("flume"));
    }

    #[test]
    fn this_machine_has_a_name_and_a_date() {
        let machine = Machine::this();
        assert!(!machine.cpu.is_empty() && !machine.os.is_empty() && machine.cores > 0);
        assert_eq!(
            today().split('-').map(str::len).collect::<Vec<_>>(),
            [4, 2, 2]
        );
        let (now, length) = (now(), "2026-11-21 14:03 UTC".len());
        assert!(now.starts_with("20") && now.len() == length, "{now}");
        assert!(rustc().expect("a compiler").starts_with("1."));
    }
}
