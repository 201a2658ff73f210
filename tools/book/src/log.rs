//! mdBook only logs some things that should fail a build (an include that is missing, for one). This
//! prints what it logs, and counts it.

use std::fmt;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// How many warnings and errors were logged. All clones count together.
#[derive(Clone, Default)]
pub(crate) struct Logged(Arc<Counts>);

#[derive(Default)]
struct Counts {
    warnings: AtomicUsize,
    errors: AtomicUsize,
}

impl Logged {
    /// The numbers of warnings and errors since the last call.
    pub(crate) fn take(&self) -> (usize, usize) {
        // Relaxed: the build that logged them ran on this thread.
        (
            self.0.warnings.swap(0, Ordering::Relaxed),
            self.0.errors.swap(0, Ordering::Relaxed),
        )
    }
}

/// Starts printing and counting.
pub(crate) fn start() -> Logged {
    let logged = Logged::default();
    tracing_subscriber::registry()
        .with(LevelFilter::WARN)
        .with(logged.clone())
        .init();
    logged
}

/// Says something on standard error. Where nobody can hear it (a full disk, a closed pipe) the work goes on, which
/// `eprintln!` would end with a panic.
pub(crate) fn tell(message: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{message}");
}

impl<S: Subscriber> Layer<S> for Logged {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut message = Message::default();
        event.record(&mut message);
        if *event.metadata().level() == Level::ERROR {
            self.0.errors.fetch_add(1, Ordering::Relaxed);
            tell(format_args!("error: {}", message.0));
        } else {
            self.0.warnings.fetch_add(1, Ordering::Relaxed);
            tell(format_args!("warning: {}", message.0));
        }
    }
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
