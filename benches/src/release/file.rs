use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::{fs, io};

use tempfile::TempDir;

use super::Release;

/// A file that is opened for reading, and closed.
#[derive(Debug)]
pub struct File {
    path: PathBuf,
    /// Deletes it with the last use.
    _dir: TempDir,
}

impl File {
    #[inline]
    fn open(&self) -> fs::File {
        fs::File::open(&self.path).expect("it is there")
    }
}

impl Release for File {
    const NAME: &'static str = "file";

    type Taken<'a> = ManuallyDrop<fs::File>;

    fn fresh() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("file");
        fs::write(&path, []).expect("the directory is ours");
        Self { path, _dir: dir }
    }

    #[inline]
    fn guard(&self) -> impl Sized {
        self.open()
    }

    #[inline]
    fn take(&self) -> Self::Taken<'_> {
        ManuallyDrop::new(self.open())
    }

    #[inline]
    fn give_back(taken: Self::Taken<'_>) {
        drop(ManuallyDrop::into_inner(taken));
    }

    fn is_held(&self) -> bool {
        is_open(&self.path).expect("the system tells which files are open")
    }
}

/// Whether this process has it open: whether one of its descriptors leads to the same file.
#[cfg(unix)]
fn is_open(path: &std::path::Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let of = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let ours = of(fs::metadata(path)?);
    for descriptor in fs::read_dir("/dev/fd")? {
        // Other threads open and close theirs meanwhile: what has gone is not ours.
        if fs::metadata(descriptor?.path()).is_ok_and(|metadata| of(metadata) == ours) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether any process has it open: then no other can open it exclusively.
#[cfg(windows)]
fn is_open(path: &std::path::Path) -> io::Result<bool> {
    use std::os::windows::fs::OpenOptionsExt;

    const SHARING_VIOLATION: i32 = 32;
    match fs::OpenOptions::new().read(true).share_mode(0).open(path) {
        Ok(_) => Ok(false),
        Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => Ok(true),
        Err(error) => Err(error),
    }
}
