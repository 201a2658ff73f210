//! For the examples of chapter 5 that belong to no exercise: they lie in `examples/`, each with what it prints.
