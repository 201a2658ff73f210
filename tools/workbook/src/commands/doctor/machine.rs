//! Disk, cores, and the right to write.

use std::fs::{self, File};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use super::{Finding, Level};
use crate::cargo;
use crate::catalogue::Workbook;

const GIB: u64 = 1 << 30;

pub(super) fn look(workbook: &Workbook) -> Vec<Finding> {
    let target = cargo::target_dir(&workbook.root);
    let target = target.unwrap_or_else(|_| workbook.root.join("target"));
    vec![
        disk(fs4::available_space(existing(&target))),
        cores(thread::available_parallelism().map_or(1, NonZeroUsize::get)),
        writable("exercises", &workbook.root.join("exercises")),
        writable("target", &target),
    ]
}

/// The nearest folder above `path` that is there.
fn existing(path: &Path) -> &Path {
    path.ancestors().find(|path| path.is_dir()).unwrap_or(path)
}

fn disk(free: io::Result<u64>) -> Finding {
    const NAME: &str = "disk";
    const FREE: &str = "free some: `cargo clean` in other projects frees the most";
    match free {
        Err(error) => {
            let found = format!("cannot tell how much is free: {error}");
            Finding::bad(NAME, Level::Notice, found, "make sure that it is some GB")
        }
        Ok(bytes) => {
            let found = format!("{:.1} GB free", bytes as f64 / 1e9);
            match bytes {
                0..GIB => Finding::bad(NAME, Level::Missing, found, FREE),
                _ if bytes < 4 * GIB => Finding::bad(NAME, Level::Notice, found, FREE),
                _ => Finding::good(NAME, found),
            }
        }
    }
}

fn cores(cores: usize) -> Finding {
    match cores {
        1 => Finding::bad(
            "cores",
            Level::Notice,
            "1: threads take turns, and never truly run at once",
            "give the virtual machine a second core if you can; the models do not need it",
        ),
        n => Finding::good("cores", n.to_string()),
    }
}

/// Tries it: permissions, read-only file systems and quotas all look different, and fail alike.
fn writable(name: &'static str, folder: &Path) -> Finding {
    match try_to_write(folder) {
        Ok(()) => Finding::good(name, format!("{} can be written to", folder.display())),
        Err(error) => Finding::bad(
            name,
            Level::Missing,
            format!("{} cannot be written to: {error}", folder.display()),
            "give yourself the right to, or clone the workbook into a folder of your own",
        ),
    }
}

fn try_to_write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let file: PathBuf = folder.join(format!(".doctor-{}", std::process::id()));
    File::create_new(&file)?;
    fs::remove_file(&file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_space_is_a_notice_and_none_is_missing() {
        assert_eq!(disk(Ok(GIB - 1)).level, Level::Missing);
        assert_eq!(disk(Ok(GIB)).level, Level::Notice);
        assert_eq!(disk(Ok(4 * GIB)).level, Level::Good);
        assert_eq!(disk(Err(io::ErrorKind::Other.into())).level, Level::Notice);
    }

    #[test]
    fn one_core_is_a_notice() {
        assert_eq!(cores(1).level, Level::Notice);
        assert_eq!(cores(2).level, Level::Good);
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_missing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a file, not a folder");
        fs::write(&file, "").unwrap();
        assert_eq!(writable("target", &file).level, Level::Missing);
        assert_eq!(
            writable("target", &dir.path().join("new")).level,
            Level::Good
        );
        assert_eq!(fs::read_dir(dir.path().join("new")).unwrap().count(), 0);
    }
}
