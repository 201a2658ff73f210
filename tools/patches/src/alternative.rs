use crate::error::Error;
use crate::patch::Patch;

/// What the header of an alternative says: a right solution of another kind, which the tests must accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// What it does otherwise, as a sentence.
    pub title: String,
    /// Why it is right, as a sentence.
    pub right_because: String,
}

impl Alternative {
    /// Reads the header of an alternative: each key once.
    ///
    /// # Errors
    ///
    /// If a key is missing, unknown, there twice, or has yet to be filled in.
    pub fn of(patch: &Patch) -> Result<Self, Error> {
        patch.only(&["Alternative", "Right because"])?;
        patch.filled_in()?;
        Ok(Self {
            title: patch.once("Alternative")?,
            right_because: patch.once("Right because")?,
        })
    }

    /// The header of a new alternative, for its author to fill in. [`Alternative::of`] refuses it as it stands.
    pub fn to_fill_in() -> [(&'static str, &'static str); 2] {
        [
            ("Alternative", "TODO what it does otherwise, as a sentence."),
            ("Right because", "TODO why it is right, as a sentence."),
        ]
    }
}
