use serde::{Deserialize, Serialize};

/// A median, and how sure we are of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The middle of the samples.
    pub median: f64,
    /// Where the 95 % confidence interval of the median begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
}

impl Interval {
    /// The median of `samples` and its 95 % confidence interval; `None` for fewer than ten.
    ///
    /// The interval reaches from one sample to another: the number of samples below the true median is
    /// binomial, whatever their distribution, so the ranks between which the median lies in 95 of 100
    /// cases are known. No random numbers, and no assumption but that samples are independent.
    pub fn of(samples: &[f64]) -> Option<Self> {
        if samples.len() < 10 {
            return None;
        }
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        // The normal approximation of the binomial, good enough from ten on; 1.96 deviations are 95 %.
        let reach = 1.96 * (n as f64).sqrt() / 2.0;
        let below = (n as f64 / 2.0 - reach).floor() as usize;
        Some(Self {
            median: median(&sorted),
            low: sorted[below],
            high: sorted[n - 1 - below],
        })
    }
}

/// The median of numbers that are sorted already.
///
/// # Panics
///
/// Panics if there are none.
pub(crate) fn median(sorted: &[f64]) -> f64 {
    let n = sorted.len();
    (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(median(&[1.0, 2.0, 4.0]), 2.0);
        assert_eq!(median(&[1.0, 2.0, 4.0, 8.0]), 3.0);
    }

    #[test]
    fn nine_samples_are_too_few_to_be_sure_of_anything() {
        assert_eq!(Interval::of(&[1.0; 9]), None);
        assert!(Interval::of(&[1.0; 10]).is_some());
    }

    /// For a hundred samples the tables say: from the 41st to the 60th smallest, give or take one.
    #[test]
    fn a_hundred_samples_give_the_ranks_of_the_tables() {
        let samples: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        let interval = Interval::of(&samples).expect("a hundred are enough");
        assert_eq!(
            interval,
            Interval {
                median: 50.5,
                low: 41.0,
                high: 60.0
            }
        );
    }

    /// Half of the intervals would miss if `low` and `high` were quartiles of nothing; 95 % must not.
    #[test]
    fn the_interval_covers_the_true_median_nineteen_times_in_twenty() {
        // A small generator of numbers in 0..1 (a Weyl sequence, scrambled); their true median is 0.5.
        let mut state = 1_u64;
        let mut next = move || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let scrambled = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let scrambled = (scrambled ^ (scrambled >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((scrambled ^ (scrambled >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        };
        let covered = (0..2_000)
            .filter(|_| {
                let samples: Vec<f64> = (0..100).map(|_| next()).collect();
                let interval = Interval::of(&samples).expect("a hundred are enough");
                interval.low <= 0.5 && 0.5 <= interval.high
            })
            .count();
        assert!(
            (1_860..=1_960).contains(&covered),
            "{covered} of 2000 intervals cover the median; about 1900 should"
        );
    }
}
