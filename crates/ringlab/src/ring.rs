//! The hash ring.

mod range;
mod spec;

pub use range::TokenRange;
pub use spec::{
    NODE_NAME_BYTES_MAX, NodeId, NodeName, NodeSpec, RingError, WEIGHT_MAX, Weight, ZONE_BYTES_MAX,
    Zone,
};
