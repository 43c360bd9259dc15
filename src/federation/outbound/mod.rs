//! Sending: the dispatcher takes due deliveries out of the queue, [`send`] makes one try, and what came of it is written
//! back in batches. Nothing stands in memory alone: a killed process loses no delivery.
//!
//! Must not know what an activity means: the bytes are sent as they stand in the queue.

pub mod backoff;
mod dispatcher;
pub mod send;

pub use dispatcher::run;
