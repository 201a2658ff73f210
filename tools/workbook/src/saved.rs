//! Work is kept: what stands in a file is copied to `saved/` before anything is written over it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;

use crate::catalogue::{Exercise, Workbook};
use crate::failure::Failure;

/// `saved/CHAPTER/EXERCISE`, which git ignores.
pub(crate) fn folder(workbook: &Workbook, exercise: &Exercise) -> PathBuf {
    workbook.root.join("saved").join(&exercise.path)
}

/// Copies what stands in `file` to a file of its own among what is kept of `exercise`, and makes sure that it
/// reached the disk. Nothing, if there is no such file. Refuses a file that could not be written over afterwards.
pub(crate) fn keep(
    workbook: &Workbook,
    exercise: &Exercise,
    file: &Path,
) -> Result<Option<PathBuf>, Failure> {
    refuse_if_read_only(file)?;
    // Bytes, not text: a file that an editor left half-written is work, too.
    let work = match fs::read(file) {
        Ok(work) => work,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::io("read", file, &error)),
    };
    let folder = folder(workbook, exercise);
    fs::create_dir_all(&folder).map_err(|error| Failure::io("make", &folder, &error))?;
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    // A colon cannot be in a file name on Windows.
    let date = now.trim_end_matches('Z').replace(':', "-");
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().display().to_string();
    let (stem, extension) = (part(file.file_stem()), part(file.extension()));
    for n in 1.. {
        let again = if n == 1 {
            String::new()
        } else {
            format!("-{n}")
        };
        let path = folder.join(format!("{stem}.{date}{again}.{extension}"));
        // Under its name only when it is whole: a full disk leaves nothing that looks like work.
        let written = whole(&folder, &work)
            .and_then(|whole| whole.persist_noclobber(&path).map_err(io::Error::from));
        match written {
            Ok(_) => return Ok(Some(path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Failure::io("write", &path, &error)),
        }
    }
    unreachable!("there are more numbers than copies in a second")
}

/// Puts `bytes` at `path` in one step: whoever looks sees the old file or the new one, never half of one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    refuse_if_read_only(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let replaced = whole(folder, bytes).and_then(|whole| {
        // What is made for a while is for its owner alone to read; the file was not, and shall not be.
        match fs::metadata(path) {
            Ok(old) => whole.as_file().set_permissions(old.permissions())?,
            Err(_) => readable(&whole)?,
        }
        whole.persist(path).map_err(io::Error::from)
    });
    replaced
        .map(drop)
        .map_err(|error| Failure::io("write", path, &error))
}

/// Renaming over a file asks only the folder for permission; whoever protects a file means the file.
fn refuse_if_read_only(path: &Path) -> Result<(), Failure> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.permissions().readonly() => Err(Failure::blocked(
            format!(
                "{} is read-only, and so it was left as it is",
                path.display()
            ),
            "make it writable (`chmod u+w`, or its properties on Windows), and try again",
        )),
        _ => Ok(()),
    }
}

/// A file in `folder` that holds `bytes`, on the disk, and goes if it is not given a name.
fn whole(folder: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .prefix(".workbook-")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(unix)]
fn readable(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.as_file()
        .set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}
