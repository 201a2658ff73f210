use crate::error::Error;
use crate::patch::Patch;

/// What the header of a pitfall says: a known wrong solution, and how it is caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pitfall {
    /// What is wrong, as a sentence.
    pub title: String,
    /// The test that must fail, in full: `models::two_threads_lose_no_increment`.
    pub caught_by: String,
    /// Texts that its failure must contain; at least one.
    pub because: Vec<String>,
    /// What is to be learnt, as a sentence.
    pub lesson: String,
}

impl Pitfall {
    const KEYS: [&str; 4] = ["Pitfall", "Caught by", "Because", "Lesson"];

    /// Reads the header of a pitfall. Every key stands once; only `Because` may stand again.
    ///
    /// # Errors
    ///
    /// If a key is missing, unknown, there twice, or has yet to be filled in.
    pub fn of(patch: &Patch) -> Result<Self, Error> {
        patch.only(&Self::KEYS)?;
        patch.filled_in()?;
        let because: Vec<String> = patch
            .fields()
            .iter()
            .filter(|field| field.key == "Because")
            .map(|field| field.value.clone())
            .collect();
        if because.is_empty() {
            return Err(Error::at(1, "its header has no `Because: …`"));
        }
        Ok(Self {
            title: patch.once("Pitfall")?,
            caught_by: patch.once("Caught by")?,
            because,
            lesson: patch.once("Lesson")?,
        })
    }

    /// The header of a new pitfall, for its author to fill in. [`Pitfall::of`] refuses it as it stands.
    pub fn to_fill_in() -> [(&'static str, &'static str); 4] {
        [
            ("Pitfall", "TODO what is wrong, as a sentence."),
            ("Caught by", "TODO tier::name_of_the_test"),
            (
                "Because",
                "TODO what that test's failure says; the line may stand more than once",
            ),
            ("Lesson", "TODO what is to be learnt, as a sentence."),
        ]
    }
}
