//! A population of keys by token, with their load.

mod load;

pub use load::{KEY_BYTES_MAX, KeyError, Load, Unevenness};
