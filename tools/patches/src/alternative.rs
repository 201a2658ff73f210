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
    /// If a key is missing, unknown, or there twice.
    pub fn of(patch: &Patch) -> Result<Self, Error> {
        patch.only(&["Alternative", "Right because"])?;
        Ok(Self {
            title: patch.once("Alternative")?,
            right_because: patch.once("Right because")?,
        })
    }
}
