//! `cargo run -p scheduler`: explores the levels and writes `book/data/scheduler/LEVEL.json`.

use std::{fs, io};

use scheduler::{LEVELS, record};

fn main() -> io::Result<()> {
    let folder = record::folder();
    fs::create_dir_all(&folder)?;
    println!("level             program  breaking of all  states");
    for level in LEVELS {
        for (program, graph) in ["broken", "fixed"].into_iter().zip(level.explore()) {
            let (all, breaking) = graph.schedules();
            println!(
                "{:16}  {program:7}  {breaking:8} of {all:4}  {:6}",
                level.name,
                graph.len()
            );
        }
        let json = record::level(level);
        fs::write(folder.join(level.name).with_extension("json"), json)?;
    }
    Ok(())
}
