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

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) os: String,
}

impl Machine {
    /// As far as the operating system tells. A virtual machine may keep the model of its processor to itself.
    pub(crate) fn this() -> Self {
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
pub(crate) fn today() -> String {
    now()[.."2026-11-21".len()].into()
}

/// Now: 2026-11-21 14:03 UTC.
pub(crate) fn now() -> String {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let (day, time) = (&now[.."2026-11-21".len()], &now["2026-11-21T".len()..]);
    format!("{day} {} UTC", &time[.."14:03".len()])
}

/// The versions of the compiler and of `crates`, as `Cargo.lock` in `root` has them.
pub(crate) fn versions(root: &Path, crates: &[String]) -> Result<BTreeMap<String, String>> {
    let path = root.join("Cargo.lock");
    let lock = Lockfile::load(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut versions = crate_versions(&lock, crates)?;
    versions.insert("rustc".into(), rustc()?);
    Ok(versions)
}

/// The lock may hold one crate in several versions. Ours is the one that `benches` depends on.
fn crate_versions(lock: &Lockfile, crates: &[String]) -> Result<BTreeMap<String, String>> {
    let is_benches = |package: &&Package| package.name.as_str() == "benches";
    let benches = lock.packages.iter().find(is_benches);
    let dependencies = &benches
        .context("Cargo.lock does not know the package `benches`")?
        .dependencies;
    let version = |name: &String| {
        let dependency = dependencies.iter().find(|it| it.name.as_str() == name);
        let dependency =
            dependency.with_context(|| format!("`benches` does not depend on {name}"))?;
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
            name = "parking_lot"
            version = "0.12.5"

            [[package]]
            name = "parking_lot"
            version = "0.13.0"
        "#
        .parse()
        .expect("a lock file");
        let versions = crate_versions(&lock, &["parking_lot".into()]).expect("it is there");
        assert_eq!(versions["parking_lot"], "0.13.0");
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
