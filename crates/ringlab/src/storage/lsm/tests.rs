//! A log-structured store.
