//! Relations between events, as matrices of bits.

/// A relation between the numbers below some `n`.
#[derive(Clone)]
pub(crate) struct Relation {
    rows: Vec<Row>,
}

/// Words of 64 bits each.
type Row = Vec<u64>;

impl Relation {
    pub(crate) fn of(n: usize, is: impl Fn(usize, usize) -> bool) -> Self {
        let row = |a| {
            let mut row = vec![0; n.div_ceil(64)];
            for b in (0..n).filter(|&b| is(a, b)) {
                row[b / 64] |= 1 << (b % 64);
            }
            row
        };
        Self {
            rows: (0..n).map(row).collect(),
        }
    }

    pub(crate) fn has(&self, a: usize, b: usize) -> bool {
        self.rows[a][b / 64] & 1 << (b % 64) != 0
    }

    pub(crate) fn or(&self, other: &Relation) -> Relation {
        let mut rows = self.rows.clone();
        for (row, other) in rows.iter_mut().zip(&other.rows) {
            add(row, other);
        }
        Relation { rows }
    }

    /// The one, then the other.
    pub(crate) fn then(&self, other: &Relation) -> Relation {
        let mut rows = vec![vec![0; self.rows.len().div_ceil(64)]; self.rows.len()];
        for (a, row) in rows.iter_mut().enumerate() {
            self.after(a).for_each(|b| add(row, &other.rows[b]));
        }
        Relation { rows }
    }

    pub(crate) fn is_acyclic(mut self) -> bool {
        let n = self.rows.len();
        for middle in 0..n {
            for a in 0..n {
                if self.has(a, middle) {
                    let through = self.rows[middle].clone();
                    add(&mut self.rows[a], &through);
                }
            }
        }
        (0..n).all(|a| !self.has(a, a))
    }

    fn after(&self, a: usize) -> impl Iterator<Item = usize> {
        let words = self.rows[a].iter().enumerate();
        words.flat_map(|(n, &word)| {
            let lowest = |&rest: &u64| Some(rest & (rest - 1)).filter(|&it| it != 0);
            let rests = std::iter::successors(Some(word).filter(|&it| it != 0), lowest);
            rests.map(move |rest| 64 * n + rest.trailing_zeros() as usize)
        })
    }
}

fn add(row: &mut Row, other: &Row) {
    for (word, other) in row.iter_mut().zip(other) {
        *word |= other;
    }
}
