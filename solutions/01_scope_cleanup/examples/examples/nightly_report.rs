//! A job that releases what it has taken at its end, and one night does not get there.

use std::fs::{self, File};
use std::path::Path;
use std::{env, io, process};

fn main() -> io::Result<()> {
    let lock = env::temp_dir().join(format!("nightly_report_{}.lock", process::id()));
    for (day, prices) in [
        ("Sunday", ["12", "30"]),
        ("Monday", ["12", "3O"]),
        ("Tuesday", ["12", "30"]),
    ] {
        match write_report(&lock, &prices) {
            Ok(total) => println!("{day}: {total}"),
            Err(error) => println!("{day}: {error}"),
        }
    }
    fs::remove_file(lock) // as the operator did on Wednesday
}

// ANCHOR: body
/// Sums up the prices. The lock is a file: the job that makes it may go on.
fn write_report(lock: &Path, prices: &[&str]) -> Result<u32, String> {
    File::create_new(lock).map_err(|_| "another job is running")?;
    let mut total = 0;
    for price in prices {
        total += price.parse::<u32>().map_err(|error| error.to_string())?;
    }
    fs::remove_file(lock).map_err(|error| error.to_string())?;
    Ok(total)
}
// ANCHOR_END: body
