//! The places in the source that name a memory ordering, and how to weaken one without an edit.
//!
//! An ordering that can be weakened without any model noticing is either too strong, or guards something
//! that no model looks at. Both are worth knowing.

use std::sync::atomic::Ordering;

use crate::source;
use crate::step::Site;

/// A place in the source that names an ordering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OrderingSite {
    pub(crate) site: Site,
    pub(crate) role: Role,
    pub(crate) access: OrderedAccess,
    /// The method: `load`, `compare_exchange`, `fence`.
    pub(crate) op: &'static str,
    pub(crate) ordering: Ordering,
}

/// Which of a call's orderings it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Role {
    /// The only one, or the one of a compare-exchange that succeeds.
    Success,
    /// The one of a compare-exchange that fails.
    Failure,
}

/// What the ordering belongs to: it decides which weaker ones there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderedAccess {
    Load,
    Store,
    ReadModifyWrite,
    Fence,
}

impl OrderingSite {
    /// Sorts sites by file, line and column.
    pub(crate) fn key(&self) -> (&'static str, u32, u32, Role) {
        let site = self.site;
        (site.file(), site.line(), site.column(), self.role)
    }

    /// The orderings one step weaker than this one. A fence is weakened to `Relaxed` by leaving it out.
    pub(crate) fn weaker(&self) -> &'static [Ordering] {
        use Ordering::{AcqRel, Acquire, Relaxed, Release};
        match (self.ordering, self.access) {
            (Ordering::SeqCst, OrderedAccess::Load) => &[Acquire],
            (Ordering::SeqCst, OrderedAccess::Store) => &[Release],
            // The one of a failed compare-exchange belongs to a load.
            (Ordering::SeqCst, _) if self.role == Role::Failure => &[Acquire],
            (Ordering::SeqCst, _) => &[AcqRel],
            (AcqRel, _) => &[Acquire, Release],
            (Acquire | Release, _) => &[Relaxed],
            _ => &[],
        }
    }

    /// The place as [`Weaken::parse`] reads it.
    pub(crate) fn address(&self) -> String {
        let site = self.site;
        let failure = match self.role {
            Role::Success => "",
            Role::Failure => ":failure",
        };
        let file = source::relative(site.file());
        format!("{file}:{}:{}{failure}", site.line(), site.column())
    }
}

/// One ordering of the source, replaced by a weaker one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Weaken {
    file: String,
    line: u32,
    /// All orderings of the line if there is none.
    column: Option<u32>,
    role: Option<Role>,
    to: Ordering,
}

impl Weaken {
    /// Reads `FILE:LINE[:COLUMN[:failure]][=ORDERING]`; without an ordering it is `Relaxed`.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the text.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let usage =
            || format!("`{text}` is not of the form FILE:LINE[:COLUMN[:failure]][=ORDERING]");
        let (place, to) = text.split_once('=').unwrap_or((text, "Relaxed"));
        let to = match to {
            "Relaxed" => Ordering::Relaxed,
            "Acquire" => Ordering::Acquire,
            "Release" => Ordering::Release,
            "AcqRel" => Ordering::AcqRel,
            _ => return Err(usage()),
        };
        let (place, failure) = match place.strip_suffix(":failure") {
            Some(place) => (place, true),
            None => (place, false),
        };
        // From the right: a file's name may hold a colon of its own.
        let mut file = place;
        let mut numbers = Vec::new();
        while let Some((head, tail)) = file.rsplit_once(':') {
            let Ok(number) = tail.parse::<u32>() else {
                break;
            };
            numbers.insert(0, number);
            file = head;
        }
        let (line, column) = match numbers[..] {
            [line] if !failure => (line, None),
            [line, column] => (line, Some(column)),
            _ => return Err(usage()),
        };
        let role = match (column, failure) {
            (None, _) => None,
            (Some(_), true) => Some(Role::Failure),
            (Some(_), false) => Some(Role::Success),
        };
        Ok(Self {
            file: file.to_owned(),
            line,
            column,
            role,
            to,
        })
    }

    /// Whether the ordering at `site` is to be weakened.
    pub(crate) fn applies_to(&self, site: &OrderingSite) -> bool {
        // Cheapest first: this is asked at every step.
        site.site.line() == self.line
            && self
                .column
                .is_none_or(|column| column == site.site.column())
            && self.role.is_none_or(|role| role == site.role)
            && source::relative(site.site.file()) == self.file
    }

    /// What stands there instead: never anything stronger, nor anything that the access cannot have.
    pub(crate) fn apply(&self, site: &OrderingSite) -> Ordering {
        use Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
        let allowed = match (site.access, site.role) {
            (OrderedAccess::Load, _) | (_, Role::Failure) => [Relaxed, Acquire].as_slice(),
            (OrderedAccess::Store, _) => &[Relaxed, Release],
            _ => &[Relaxed, Acquire, Release, AcqRel],
        };
        let strength = |ordering| match ordering {
            Relaxed => 0,
            Acquire | Release => 1,
            AcqRel => 2,
            SeqCst => 3,
            _ => 4,
        };
        let weaker = strength(self.to) < strength(site.ordering);
        if weaker && allowed.contains(&self.to) {
            self.to
        } else {
            site.ordering
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_line_a_column_a_role_and_an_ordering() {
        let all = Weaken::parse("src/lock.rs:12").unwrap();
        assert_eq!((all.line, all.column, all.role), (12, None, None));
        assert_eq!(all.to, Ordering::Relaxed);

        let one = Weaken::parse("src/lock.rs:12:9:failure=Acquire").unwrap();
        assert_eq!(one.file, "src/lock.rs");
        assert_eq!((one.column, one.role), (Some(9), Some(Role::Failure)));
        assert_eq!(one.to, Ordering::Acquire);

        let windows = Weaken::parse("C:\\lock.rs:3:4").unwrap();
        assert_eq!((windows.file.as_str(), windows.line), ("C:\\lock.rs", 3));
    }

    #[test]
    fn what_it_cannot_read_it_explains() {
        for text in [
            "",
            "src/lock.rs",
            "a.rs:x",
            "a.rs:1:failure",
            "a.rs:1=Weak",
            "a.rs:1:2:3",
        ] {
            let error = Weaken::parse(text).unwrap_err();
            assert!(error.contains("FILE:LINE"), "{text}: {error}");
        }
    }
}
