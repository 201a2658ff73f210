//! For the examples of chapter 4 that belong to no exercise: they lie in `examples/`, each with what it prints.
