//! From a value to a place along a line.

/// Beyond this ratio of the ends, a scale that starts at zero would put most of it on top of each other.
const WIDEST_LINEAR: f64 = 30.0;

/// Per cent of the length left free at each end, for what is drawn around a place.
const MARGIN: f64 = 1.5;

pub(super) struct Scale {
    low: f64,
    high: f64,
    /// Of a linear scale, the distance between two ticks.
    step: f64,
    pub(super) logarithmic: bool,
}

impl Scale {
    /// From zero to beyond `high`; logarithmic, from `low`, if they are far apart.
    pub(super) fn over(low: f64, high: f64) -> Self {
        if high > low * WIDEST_LINEAR {
            return Self::logarithmic(low, high);
        }
        let step = step(high);
        Self {
            low: 0.0,
            high: (high / step).ceil() * step,
            step,
            logarithmic: false,
        }
    }

    /// From around `low` to around `high`, to look closely; logarithmic if they are far apart.
    pub(super) fn between(low: f64, high: f64) -> Self {
        if high > low * WIDEST_LINEAR {
            return Self::logarithmic(low, high);
        }
        // Something that never varies still needs a place.
        let step = step((high - low).max(high * 0.01));
        Self {
            low: (low / step).floor() * step,
            high: ((high / step).floor() + 1.0) * step,
            step,
            logarithmic: false,
        }
    }

    /// Of counts, such as 1, 10 and 100 threads: logarithmic from a decade on.
    pub(super) fn of_counts(low: f64, high: f64) -> Self {
        if low > 0.0 && high >= low * 10.0 {
            return Self::logarithmic(low, high);
        }
        Self {
            low,
            high: if high > low { high } else { low + 1.0 },
            step: 1.0,
            logarithmic: false,
        }
    }

    fn logarithmic(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            step: 0.0,
            logarithmic: true,
        }
    }

    /// Per cent of the length.
    pub(super) fn at(&self, value: f64) -> f64 {
        let part = if self.logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        MARGIN + part * (100.0 - 2.0 * MARGIN)
    }

    pub(super) fn ticks(&self) -> Vec<f64> {
        if self.logarithmic {
            let powers = self.times_powers_of_ten(&[1.0]);
            // Two of them do not say that the way from one to the next is no straight line.
            return if powers.len() > 2 {
                powers
            } else {
                self.times_powers_of_ten(&[1.0, 2.0, 5.0])
            };
        }
        let count = ((self.high - self.low) / self.step).round() as u32;
        (0..=count)
            .map(|n| self.low + f64::from(n) * self.step)
            .collect()
    }

    /// Those multiples of powers of ten that are on the scale.
    fn times_powers_of_ten(&self, factors: &[f64]) -> Vec<f64> {
        let first = self.low.log10().floor() as i32;
        let last = self.high.log10().floor() as i32;
        (first..=last)
            .flat_map(|power| {
                factors
                    .iter()
                    .map(move |factor| factor * 10_f64.powi(power))
            })
            .filter(|tick| (self.low..=self.high).contains(tick))
            .collect()
    }
}

/// A round number that divides `length` into two to five steps.
fn step(length: f64) -> f64 {
    let power = 10_f64.powf(length.log10().floor());
    let leading = length / power;
    power
        * match leading {
            ..=1.0 => 0.25,
            ..=2.0 => 0.5,
            ..=5.0 => 1.0,
            _ => 2.0,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_has_few_round_ticks_and_reaches_past_the_highest_value() {
        for high in [0.03, 0.99, 1.0, 1.02, 5.3, 9.9, 47.0, 230.0, 1001.0] {
            let scale = Scale::over(high / 3.0, high);
            let ticks = scale.ticks();
            assert!((3..=7).contains(&ticks.len()), "{high}: {ticks:?}");
            assert!(
                ticks.last().is_some_and(|last| *last >= high * 0.999),
                "{high}: {ticks:?}"
            );
            assert!(scale.at(high) <= 98.6, "{high} lies outside");
        }
    }

    #[test]
    fn far_apart_values_get_a_logarithmic_scale() {
        let scale = Scale::over(5.0, 5000.0);
        assert_eq!(scale.ticks(), [10.0, 100.0, 1000.0]);
        let narrow = Scale::logarithmic(12.0, 450.0);
        assert_eq!(narrow.ticks(), [20.0, 50.0, 100.0, 200.0]);
        assert!((scale.at(5.0) - MARGIN).abs() < 1e-9);
        assert!((scale.at(5000.0) - (100.0 - MARGIN)).abs() < 1e-9);
    }

    #[test]
    fn looked_at_closely_values_fill_the_scale() {
        for (low, high) in [(5.17, 5.2), (5.0, 5.0), (0.2, 0.9), (97.0, 103.0)] {
            let scale = Scale::between(low, high);
            let ticks = scale.ticks();
            assert!((2..=8).contains(&ticks.len()), "{low} to {high}: {ticks:?}");
            assert!(scale.at(low) >= 1.4 && scale.at(high) <= 98.6, "{ticks:?}");
        }
        let scale = Scale::between(97.0, 103.0);
        assert!(scale.at(103.0) - scale.at(97.0) > 50.0, "most is empty");
    }

    #[test]
    fn counts_are_logarithmic_from_a_decade_on() {
        assert!(!Scale::of_counts(1.0, 8.0).logarithmic);
        let scale = Scale::of_counts(1.0, 100.0);
        assert!((scale.at(10.0) - 50.0).abs() < 1e-9);
        assert!((Scale::of_counts(4.0, 4.0).at(4.0) - MARGIN).abs() < 1e-9);
    }
}
