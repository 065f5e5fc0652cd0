//! What must hold of every text and file that Ringlab reads, whatever stands in it: a function a
//! target, which panics where it does not. `cargo xtask fuzz` looks for such inputs; the tests
//! replay those in `corpus/`.
//!
//! In reading order:

mod import;
mod key_file;
mod link;
mod place;
mod steps;

pub use import::{cassandra, haproxy, nginx, redis, twemproxy};
pub use key_file::key_file;
pub use link::fragment;
pub use steps::scenario;

/// A property of bytes.
pub type Target = fn(&[u8]);

/// Every target by its name: that of its binary and of its corpus.
pub const TARGETS: [(&str, Target); 8] = [
    ("cassandra", cassandra),
    ("fragment", fragment),
    ("haproxy", haproxy),
    ("key_file", key_file),
    ("nginx", nginx),
    ("redis", redis),
    ("scenario", scenario),
    ("twemproxy", twemproxy),
];

/// Longer inputs are left alone: they would take time and find nothing else.
pub const INPUT_BYTES_MAX: usize = 64 * 1024;
