use std::env;
use std::ffi::OsStr;

/// The environment variable that names the one group that is to be measured. The others only leave their names and
/// those of their rows, which costs nothing; so a group that does not exist lists all that do.
pub const GROUP: &str = "BENCHES_GROUP";

/// Whether this group is to be measured: all are, unless [one is named](GROUP).
///
/// A [`Comparison`](crate::Comparison) looks by itself. Ask before you prepare something that takes long and only one
/// group needs.
pub fn is_selected(group: &str) -> bool {
    selects(env::var_os(GROUP).as_deref(), group)
}

fn selects(named: Option<&OsStr>, group: &str) -> bool {
    named.is_none_or(|named| named == group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_groups_or_the_one_with_exactly_this_name() {
        assert!(selects(None, "stream"));
        assert!(selects(Some(OsStr::new("stream")), "stream"));
        assert!(!selects(Some(OsStr::new("stream")), "streams"));
        assert!(!selects(Some(OsStr::new("")), "stream"));
    }
}
