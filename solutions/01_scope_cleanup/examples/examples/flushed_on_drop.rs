//! A destructor that could fail has no caller to tell.

use std::io::{self, BufWriter, Write};

// ANCHOR: body
struct FullDisk;

impl Write for FullDisk {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is full"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn left_to_drop() -> io::Result<()> {
    let mut report = BufWriter::new(FullDisk);
    report.write_all(b"a report")
}

fn flushed() -> io::Result<()> {
    let mut report = BufWriter::new(FullDisk);
    report.write_all(b"a report")?;
    report.flush()
}

fn main() {
    println!("left to drop: {:?}", left_to_drop());
    println!(
        "flushed: {:?}",
        flushed().map_err(|error| error.to_string())
    );
}
// ANCHOR_END: body
