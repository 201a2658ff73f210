//! Relations between events, as matrices of bits.

/// A relation between the numbers below some `n`.
#[derive(Clone)]
pub(crate) struct Relation {
    n: usize,
    /// How many words of 64 bits make a row.
    words: usize,
    rows: Vec<u64>,
}

impl Relation {
    pub(crate) fn of(n: usize, is: impl Fn(usize, usize) -> bool) -> Self {
        let mut relation = Self::none(n);
        for a in 0..n {
            for b in (0..n).filter(|&b| is(a, b)) {
                relation.rows[a * relation.words + b / 64] |= 1 << (b % 64);
            }
        }
        relation
    }

    fn none(n: usize) -> Self {
        let words = n.div_ceil(64);
        Self {
            n,
            words,
            rows: vec![0; n * words],
        }
    }

    pub(crate) fn has(&self, a: usize, b: usize) -> bool {
        self.row(a)[b / 64] & 1 << (b % 64) != 0
    }

    fn row(&self, a: usize) -> &[u64] {
        &self.rows[a * self.words..][..self.words]
    }

    pub(crate) fn or(mut self, other: &Relation) -> Relation {
        add(&mut self.rows, &other.rows);
        self
    }

    /// The one, then the other.
    pub(crate) fn then(&self, other: &Relation) -> Relation {
        let mut both = Self::none(self.n);
        for a in 0..self.n {
            let row = &mut both.rows[a * self.words..][..self.words];
            ones(self.row(a)).for_each(|b| add(row, other.row(b)));
        }
        both
    }

    pub(crate) fn is_acyclic(&self) -> bool {
        let mut closure = self.clone();
        for middle in 0..self.n {
            let through = closure.row(middle).to_vec();
            for a in 0..self.n {
                if closure.has(a, middle) {
                    add(&mut closure.rows[a * self.words..][..self.words], &through);
                }
            }
        }
        (0..self.n).all(|a| !closure.has(a, a))
    }
}

fn add(row: &mut [u64], other: &[u64]) {
    for (word, other) in row.iter_mut().zip(other) {
        *word |= other;
    }
}

/// The numbers of the bits that are set.
fn ones(row: &[u64]) -> impl Iterator<Item = usize> {
    row.iter().enumerate().flat_map(|(n, &word)| {
        let mut rest = word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros() as usize;
            rest &= rest.checked_sub(1)?;
            Some(64 * n + bit)
        })
    })
}
