//! The chapters' own benchmarks, so that their work need not be written again. Here their modules find each other as they
//! do at home.

#[allow(dead_code, reason = "chapter 1 needs all of it")]
#[path = "../01_scope_cleanup"]
pub(crate) mod chapter_1 {
    pub(crate) mod room;
}

#[allow(dead_code, reason = "chapter 2 needs all of it")]
#[path = "../02_mutex_guards"]
pub(crate) mod chapter_2 {
    pub(crate) mod count;
    pub(crate) mod queues;
}

#[allow(dead_code, reason = "chapter 3 needs all of it")]
#[path = "../03_atomics"]
pub(crate) mod chapter_3 {
    pub(crate) mod admission;
    pub(crate) mod counters;
    pub(crate) mod once;
    pub(crate) mod owners;
}

#[allow(dead_code, reason = "chapter 4 needs all of it")]
#[path = "../04_reader_writer_locks"]
pub(crate) mod chapter_4 {
    pub(crate) mod guards;
    pub(crate) mod locks;
    pub(crate) mod mix;
}

#[allow(dead_code, reason = "chapter 5 needs all of it")]
#[path = "../05_lock_free_queues"]
pub(crate) mod chapter_5 {
    pub(crate) mod generators;
    pub(crate) mod hand_over;
    pub(crate) mod pools;
    pub(crate) mod queues;
}
