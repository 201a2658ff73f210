//! The reader's own Chromium, without a window: it is what makes paper of a page.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use wait_timeout::ChildExt as _;

/// By these names on the `PATH`.
const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
];

/// Where it is otherwise.
const PLACES: [&str; 6] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
];

/// How long it may take for a whole book.
const LIMIT: Duration = Duration::from_secs(180);

/// The browser that the variable `CHROMIUM` names, or the first one found.
pub(crate) fn find() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        ensure!(
            named.is_file(),
            "CHROMIUM names {}, which is no file",
            named.display()
        );
        return Ok(named);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).flat_map(|folder| {
        NAMES.map(|name| {
            folder
                .join(name)
                .with_extension(std::env::consts::EXE_EXTENSION)
        })
    });
    on_path
        .chain(PLACES.map(PathBuf::from))
        .find(|place| place.is_file())
        .context(
            "a PDF is printed by Chromium, Chrome or Edge, and none was found. Install one (Debian: \
             `apt-get install chromium`), or name it in the variable CHROMIUM. Any browser prints the \
             page print.html of the built book, too",
        )
}

/// Prints the file `page` into the file `pdf`.
pub(crate) fn print(browser: &Path, page: &Path, pdf: &Path) -> Result<()> {
    // A profile of its own: the reader's browser may be open, and its theme is for screens.
    let profile = tempfile::tempdir()?;
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--disable-gpu", "--no-first-run"])
        .args(["--no-pdf-header-footer", "--generate-pdf-document-outline"])
        .arg(option("--user-data-dir=", profile.path()))
        .arg(option("--print-to-pdf=", pdf))
        .arg(page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if is_root() {
        // It refuses to start for root otherwise; what it opens is our own page.
        command.arg("--no-sandbox");
    }
    let said = format!("{} did not start", browser.display());
    let mut child = command.spawn().context(said)?;
    let Some(status) = child.wait_timeout(LIMIT)? else {
        child.kill()?;
        child.wait()?;
        bail!(
            "{} was not done after {} s",
            browser.display(),
            LIMIT.as_secs()
        );
    };
    let printed = std::fs::read(pdf).is_ok_and(|bytes| bytes.starts_with(b"%PDF-"));
    ensure!(
        status.success() && printed,
        "{} printed nothing ({status}); is there room on the disk?",
        browser.display()
    );
    Ok(())
}

fn option(name: &str, path: &Path) -> std::ffi::OsString {
    let mut option = std::ffi::OsString::from(name);
    option.push(path);
    option
}

/// Whether this is Linux's root, as in a container.
fn is_root() -> bool {
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::fs::MetadataExt as _;
        std::fs::metadata("/proc/self").is_ok_and(|process| process.st_uid() == 0)
    }
    #[cfg(not(target_os = "linux"))]
    false
}
