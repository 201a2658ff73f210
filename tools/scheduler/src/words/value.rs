//! Values, which the explorer knows as bits.

/// A value of the type with that name; none if that is no primitive.
pub(super) fn words(holds: &str, bits: u128) -> Option<String> {
    macro_rules! integers {
        ($($integer:ident)*) => {
            match holds {
                "()" => Some(String::new()),
                "bool" => Some((bits != 0).to_string()),
                $(stringify!($integer) => Some((bits as $integer).to_string()),)*
                _ => None,
            }
        };
    }
    integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_told_as_their_type_tells_them() {
        assert_eq!(words("bool", 1).as_deref(), Some("true"));
        assert_eq!(words("i8", 0xff).as_deref(), Some("-1"));
        assert_eq!(words("u8", 0xff).as_deref(), Some("255"));
        assert_eq!(words("alloc::string::String", 0), None);
    }
}
