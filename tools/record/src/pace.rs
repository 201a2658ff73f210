//! How long a recording will take.

/// How long it takes, by what is known of the same parts from earlier and of other parts from now.
#[derive(Default)]
pub(crate) struct Pace {
    /// Seconds that the parts took of which an earlier recording says how long they take, and what it says.
    took_again: f64,
    expected: f64,
    /// Of all parts so far.
    took: f64,
    rows: usize,
}

/// Seconds of a benchmark on which nothing is known: criterion's warming up and measuring, with its baseline.
const ROW: f64 = 8.0;

impl Pace {
    /// A part of `rows` benchmarks took so many seconds, and took `earlier` when it was recorded before.
    pub(crate) fn add(&mut self, rows: usize, took: f64, earlier: Option<f64>) {
        self.took += took;
        self.rows += rows;
        if let Some(earlier) = earlier {
            self.took_again += took;
            self.expected += earlier;
        }
    }

    /// Seconds of all parts so far.
    pub(crate) fn took(&self) -> f64 {
        self.took
    }

    /// The seconds that a part will take.
    pub(crate) fn expect(&self, rows: usize, earlier: Option<f64>) -> f64 {
        match (earlier, self.rows) {
            (Some(earlier), _) if self.expected > 0.0 => earlier * self.took_again / self.expected,
            (Some(earlier), _) => earlier,
            (None, 0) => rows as f64 * ROW,
            (None, known) => rows as f64 * self.took / known as f64,
        }
    }
}

/// Where a recording is when a part begins, in seconds.
pub(crate) struct Clock {
    /// Of the parts that are done.
    pub(crate) done: f64,
    /// That the part is expected to take.
    pub(crate) this: f64,
    /// That those after it are.
    pub(crate) rest: f64,
}

impl Clock {
    /// How many seconds are done and left when this much of the part is done, from 0 to 1.
    pub(crate) fn at(&self, part: f64) -> (f64, f64) {
        let this = self.this * part.min(1.0);
        (self.done + this, self.this - this + self.rest)
    }
}

/// As people tell it.
pub(crate) fn in_words(seconds: f64) -> String {
    match (seconds / 60.0).round() {
        ..1.0 => "less than a minute left".into(),
        minutes @ ..90.0 => format!("about {minutes} min left"),
        minutes => format!("about {:.1} h left", minutes / 60.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_half_as_fast_takes_twice_as_long_as_the_earlier_recording() {
        let mut pace = Pace::default();
        assert_eq!(pace.expect(3, Some(30.0)), 30.0);
        pace.add(2, 40.0, Some(20.0));
        assert_eq!(pace.expect(3, Some(30.0)), 60.0);
    }

    #[test]
    fn a_new_part_takes_as_long_as_the_others_of_its_size() {
        let mut pace = Pace::default();
        assert_eq!(pace.expect(3, None), 24.0);
        pace.add(2, 10.0, None);
        pace.add(2, 30.0, Some(30.0));
        assert_eq!(pace.expect(3, None), 30.0);
    }

    #[test]
    fn a_part_that_is_half_done_leaves_its_other_half_and_the_rest() {
        let clock = Clock {
            done: 100.0,
            this: 20.0,
            rest: 70.0,
        };
        assert_eq!(clock.at(0.5), (110.0, 80.0));
        assert_eq!(clock.at(2.0), (120.0, 70.0), "more rows than were expected");
    }

    #[test]
    fn time_is_told_as_people_tell_it() {
        assert_eq!(in_words(20.0), "less than a minute left");
        assert_eq!(in_words(14.2 * 60.0), "about 14 min left");
        assert_eq!(in_words(2.0 * 3600.0), "about 2.0 h left");
    }
}
