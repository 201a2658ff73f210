//! One source compiles with both halves, and does the same.

/// On real threads.
mod with_std {
    use lanes_std::sync;

    mod source {
        include!("mirror/source.rs");
    }

    #[test]
    fn runs() {
        source::PARTS.iter().for_each(|part| part());
    }
}

/// In a model.
mod with_lanes {
    use lanes::sync;

    mod source {
        include!("mirror/source.rs");
    }

    #[test]
    fn runs_under_every_schedule() {
        for part in source::PARTS {
            if let Err(report) = lanes::Model::new().allow_one_schedule().explore(part) {
                panic!("{}", report.table(lanes::Style::default()));
            }
        }
    }
}
