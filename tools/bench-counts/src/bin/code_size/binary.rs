//! What a program's file says about its code.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use object::{Object, ObjectSection, ObjectSymbol};

/// Function and section sizes of a program.
pub(crate) struct Binary {
    sections: HashMap<String, u64>,
    /// By address. Functions with the same code may have become one, under two names.
    functions: HashMap<u64, u64>,
    /// The address of `release::work`, from which the program counts.
    work: u64,
}

impl Binary {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        Self::parse(path).with_context(|| format!("cannot understand {}", path.display()))
    }

    fn parse(path: &Path) -> Result<Self> {
        let bytes = fs::read(path)?;
        let file = object::File::parse(&*bytes)?;
        let sections = file.sections().filter_map(|section| {
            let name = section.name().ok()?;
            Some((name.to_owned(), section.size()))
        });
        let functions = file.symbols().filter(|symbol| symbol.size() > 0);
        let functions = functions.map(|symbol| (symbol.address(), symbol.size()));
        let work = file.symbols().find(|symbol| {
            let name = symbol.name().unwrap_or_default();
            format!("{:#}", rustc_demangle::demangle(name)) == "benches::release::work"
        });
        Ok(Self {
            sections: sections.collect(),
            functions: functions.collect(),
            work: work
                .context("it has no `benches::release::work`")?
                .address(),
        })
    }

    /// The bytes of a section; none if there is no such section.
    pub(crate) fn section(&self, name: &str) -> u64 {
        self.sections.get(name).copied().unwrap_or_default()
    }

    /// The bytes of the function at an address that is counted from `release::work`.
    pub(crate) fn size_at(&self, offset: i64) -> Option<u64> {
        let address = self.work.checked_add_signed(offset)?;
        self.functions.get(&address).copied()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// The test reads the program that it is.
    #[test]
    fn a_function_is_found_by_its_distance_from_work() {
        let this = std::env::current_exe().expect("a program knows its path");
        let binary = Binary::read(&this).expect("a program");
        assert!(binary.section(".text") > 1_000);
        assert_eq!(binary.section(".nothing"), 0);
        let work = binary.size_at(0).expect("it is there");
        assert!(work < 1_000, "{work} bytes");
        let places = bench_counts::cases::places();
        for place in places {
            for offset in [place.by_hand, place.by_guard] {
                let size = binary.size_at(offset as i64);
                assert!(size.is_some_and(|size| size > 0), "{place:?}");
            }
        }
    }
}
