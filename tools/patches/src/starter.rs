use crate::difference::Difference;
use crate::error::Error;
use crate::patch::Patch;
use crate::sources::Sources;

/// What the learner begins with, as a difference from the solution.
///
/// The starter stands in the exercise's `src/`; this leads to it from the solution when the learner wants it back,
/// and back from it to the solution. Its header holds the fingerprint of the solution it was made from, so that
/// both ways notice when they start from something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Starter {
    patch: Patch,
    fingerprint: String,
}

impl Starter {
    /// Reads the header of a starter's patch.
    ///
    /// # Errors
    ///
    /// If a key is missing, unknown, or there twice.
    pub fn of(patch: Patch) -> Result<Self, Error> {
        patch.only(&["Starter", "Solution"])?;
        patch.once("Starter")?;
        let fingerprint = patch.once("Solution")?;
        Ok(Self { patch, fingerprint })
    }

    /// What leads from `solution` to `starter`. Nothing, if they are equal.
    pub fn between(solution: &Sources, starter: &Sources) -> Option<Self> {
        let fingerprint = solution.fingerprint();
        let fields = [
            (
                "Starter",
                "what the learner begins with; `cargo workbook verify --record` writes this file.",
            ),
            ("Solution", fingerprint.as_str()),
        ];
        let patch = Patch::new(&fields, Difference::between(solution, starter)?);
        Some(Self { patch, fingerprint })
    }

    /// The starter, from the solution.
    ///
    /// # Errors
    ///
    /// If `solution` is not the one that this was made from.
    pub fn from_solution(&self, solution: &Sources) -> Result<Sources, Error> {
        if solution.fingerprint() != self.fingerprint {
            return Err(self.other_solution());
        }
        self.patch.difference().apply(solution)
    }

    /// The solution, from the starter.
    ///
    /// # Errors
    ///
    /// If `starter` is not the one that this was made for.
    pub fn to_solution(&self, starter: &Sources) -> Result<Sources, Error> {
        let solution = self.patch.difference().take_back(starter)?;
        if solution.fingerprint() == self.fingerprint {
            Ok(solution)
        } else {
            Err(self.other_solution())
        }
    }

    fn other_solution(&self) -> Error {
        let fields = self.patch.fields();
        let line = fields
            .iter()
            .find(|field| field.key == "Solution")
            .map_or(1, |field| field.line);
        Error::at(line, "was made from another solution")
    }
}

impl std::fmt::Display for Starter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.patch.fmt(f)
    }
}
