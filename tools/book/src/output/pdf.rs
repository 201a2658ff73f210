//! The mark of a PDF that `cargo book pdf` has written: a comment in front of the line that ends it.
//!
//! It is in the file itself, so that it stays with it wherever the file goes. A program that changes a PDF writes its
//! end anew, and the mark is gone, or no longer at the end.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

const MARK: &[u8] = b"% printed by `cargo book pdf`, which may replace it\n";

/// The last three lines of a PDF begin with this.
const END: &[u8] = b"startxref";

/// Fails if there is a file at `path` that was not printed by us, or was changed since.
pub(crate) fn check(path: &Path) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let shown = path.display();
    // A device or a pipe would never end to be read.
    ensure!(
        path.is_file(),
        "{shown} is no file; name another with --out"
    );
    let bytes = fs::read(path).with_context(|| shown.to_string())?;
    let is_ours = bytes.is_empty() || end(&bytes).is_some_and(|end| bytes[..end].ends_with(MARK));
    ensure!(
        is_ours,
        "{shown} was not printed by `cargo book pdf`, or was changed since; it would be lost. Move it away, or name \
         another file with --out"
    );
    Ok(())
}

/// `pdf` with the mark in it.
pub(crate) fn marked(mut pdf: Vec<u8>) -> Result<Vec<u8>> {
    let end = end(&pdf).context("what was printed is no whole PDF; is there room on the disk?")?;
    pdf.splice(end..end, MARK.iter().copied());
    Ok(pdf)
}

/// Where the last lines begin.
fn end(pdf: &[u8]) -> Option<usize> {
    let is_whole = pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF");
    let end = pdf.windows(END.len()).rposition(|bytes| bytes == END)?;
    is_whole.then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.4\nxref\ntrailer\nstartxref\n9\n%%EOF\n";

    fn is_ours(bytes: &[u8]) -> bool {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), bytes).unwrap();
        check(file.path()).is_ok()
    }

    #[test]
    fn what_we_have_printed_is_ours() {
        let marked = marked(PDF.to_owned()).unwrap();
        assert!(marked.ends_with(b"startxref\n9\n%%EOF\n"));
        assert!(is_ours(&marked));
        assert!(is_ours(b""), "nothing would be lost");
    }

    #[test]
    fn what_others_have_written_or_changed_is_not() {
        let mut noted = marked(PDF.to_owned()).unwrap();
        noted.extend_from_slice(b"a note\nstartxref\n60\n%%EOF\n");
        for other in [PDF, b"a text", MARK, &noted] {
            assert!(!is_ours(other), "{}", String::from_utf8_lossy(other));
        }
        assert!(marked(b"%PDF-1.4\nstartx".to_vec()).is_err(), "half a PDF");
    }
}
