//! For the pages of chapter 0 that belong to no exercise. The examples lie in `examples/`, each with what it prints.
