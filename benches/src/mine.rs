//! What you wrote in `exercises/`, by the names that the exercises have: the other half of [`ours`](crate::ours).
//!
//! This is the one place that knows whether it is there. A new exercise is a line here, and one for the trait behind
//! which it is timed, if it has one.

pub use my_arc as arc;
pub use my_bounded_queue as bounded_queue;
pub use my_cancellable_stream as cancellable_stream;
pub use my_circuit_breaker as circuit_breaker;
pub use my_counters as counters;
pub use my_defer_stack as defer_stack;
pub use my_engine as engine;
pub use my_mpmc_ring as mpmc_ring;
pub use my_ms_queue as ms_queue;
pub use my_object_pool as object_pool;
pub use my_once_lock as once_lock;
pub use my_panic_boundary as panic_boundary;
pub use my_poison_mutex as poison_mutex;
pub use my_raw_lock as raw_lock;
pub use my_rollback as rollback;
pub use my_rw_lock as rw_lock;
pub use my_scope_guard as scope_guard;
pub use my_seqlock as seqlock;
pub use my_spin_lock as spin_lock;
pub use my_spsc_ring as spsc_ring;
pub use my_token_bucket as token_bucket;
pub use my_treiber_stack as treiber_stack;
pub use my_upgrade as upgrade;
pub use my_wait_group as wait_group;
pub use my_writer_priority as writer_priority;

use counters::Counter as _;

use crate::lock_free_queues::pools::Buffer;
use crate::reader_writer_locks::locks::Numbers;

impl_count!(spin_lock::SpinLock<u64>);
impl_patient_count!(spin_lock::SpinLock<u64>);
impl_count_with_poison!(poison_mutex::PoisonMutex<u64>);
impl_waiting_queue!(bounded_queue::BoundedQueue<u64>);

impl_counter!(counters::AtomicCounter);
impl_counter!(counters::LockedCounter);
impl_counter!(counters::ShardedCounter);
impl_tallied_counter!(counters::TalliedCounter);
impl_owner!(arc::Arc<u64>, arc::Weak<u64>);
impl_bucket!(token_bucket::TokenBucket);
impl_breaker!(circuit_breaker);

impl_shared!(rw_lock::RwLock<Numbers>);
impl_shared!(writer_priority::RwLock<Numbers>);
impl_shared!(upgrade::RwLock<Numbers>);
impl_shared!(seqlock::SeqLock<4>);

impl_spsc_ring!(spsc_ring);
impl_mpmc_ring!(mpmc_ring);
impl_unbounded_queue!(ms_queue::MsQueue<T>);
impl_unbounded_queue!(treiber_stack::TreiberStack<T>);
impl_pool!(object_pool::Pool<Buffer>);
