//! The sampler in criterion's hook: a timer that counts the processor time of the whole process, and a signal.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use criterion::profiler::Profiler;
use inferno::flamegraph;
use pprof::{ProfilerGuard, ProfilerGuardBuilder};

use super::folded::Folded;
use super::{SAMPLED, STACKS, Sampled};

/// Not a hundred: what happens every ten milliseconds would be seen always, or never.
const HERTZ: u32 = 99;

/// Looks at every row while criterion runs it.
#[derive(Default)]
pub(super) struct Sampler {
    running: Option<(ProfilerGuard<'static>, Instant)>,
}

impl Profiler for Sampler {
    fn start_profiling(&mut self, row: &str, _: &Path) {
        let timer = ProfilerGuardBuilder::default().frequency(HERTZ as i32);
        let timer = timer
            .build()
            .unwrap_or_else(|error| panic!("{row}: cannot be sampled: {error}"));
        self.running = Some((timer, Instant::now()));
    }

    fn stop_profiling(&mut self, row: &str, dir: &Path) {
        let Some((timer, start)) = self.running.take() else {
            return;
        };
        let seconds = start.elapsed().as_secs_f64();
        let report = timer.report().build();
        let report = report.unwrap_or_else(|error| panic!("{row}: no report: {error}"));
        drop(timer);

        let mut folded = Folded::default();
        for (stack, &count) in &report.data {
            // From the inside out, and what was inlined into a frame before the frame: so turn it around.
            let frames = stack.frames.iter().rev();
            let symbols: Vec<String> = frames
                .flat_map(|inlined| inlined.iter().rev().map(|symbol| symbol.name()))
                .collect();
            folded.add(&symbols, count.unsigned_abs() as u64);
        }
        let sampled = Sampled {
            row: row.into(),
            hertz: HERTZ,
            samples: folded.samples(),
            seconds,
        };
        match write(&folded, &sampled, dir) {
            Ok(picture) => eprintln!(
                "{row}: {} samples in {seconds:.1} s\n  {}\n  {}",
                sampled.samples,
                picture.display(),
                dir.join(STACKS).display()
            ),
            Err(error) => panic!("cannot write the profile to {}: {error}", dir.display()),
        }
    }
}

/// The stacks for programs, and a picture for people. Returns where the picture is.
fn write(folded: &Folded, sampled: &Sampled, dir: &Path) -> std::io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    let lines = folded.lines();
    fs::write(dir.join(STACKS), lines.join("\n") + "\n")?;
    fs::write(dir.join(SAMPLED), serde_json::to_vec_pretty(sampled)?)?;
    let picture = dir.join("flame.svg");
    let mut options = flamegraph::Options::default();
    options.title = sampled.row.clone();
    let mut svg = Vec::new();
    flamegraph::from_lines(&mut options, lines.iter().map(String::as_str), &mut svg)
        .map_err(std::io::Error::other)?;
    fs::write(&picture, svg)?;
    Ok(picture)
}
