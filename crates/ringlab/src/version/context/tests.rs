//! Contexts there and back, and every bit flipped.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::property::holds;
use crate::ring::NodeId;
use crate::version::{Actor, Dot};

fn contexts() -> impl Strategy<Value = VersionVector> {
    let dot = (any::<u32>(), 0_u64..9, 1_u64..u64::MAX);
    vec(dot, 0..8).prop_map(|dots| {
        let mut context = VersionVector::default();
        for (node, since, counter) in dots {
            let node = NodeId(node);
            let actor = Actor { node, since };
            context.include(Dot { actor, counter });
        }
        context
    })
}

#[test]
fn a_context_comes_back_to_its_cluster_alone() {
    let test = "version::context::tests::a_context_comes_back_to_its_cluster_alone";
    holds(
        test,
        500,
        (contexts(), any::<u64>(), any::<u64>()),
        |(context, ours, theirs)| {
            let (ours, theirs) = (ClusterId(ours), ClusterId(theirs));
            let bytes = context.encode(ours);
            prop_assert_eq!(VersionVector::decode(&bytes, ours), Ok(context));
            if ours != theirs {
                let expected = ContextError::OtherCluster {
                    theirs: ours,
                    ours: theirs,
                };
                prop_assert_eq!(VersionVector::decode(&bytes, theirs), Err(expected));
            }
            Ok(())
        },
    );
}

#[test]
fn one_bit_flipped_or_a_byte_less_is_noticed() {
    let test = "version::context::tests::one_bit_flipped_or_a_byte_less_is_noticed";
    holds(test, 100, contexts(), |context| {
        let ours = ClusterId(3);
        let bytes = context.encode(ours);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let read = VersionVector::decode(&flipped, ours);
            prop_assert_eq!(read, Err(ContextError::Corrupt));
        }
        for end in 0..bytes.len() {
            let read = VersionVector::decode(&bytes[..end], ours);
            prop_assert_eq!(read, Err(ContextError::Corrupt));
        }
        Ok(())
    });
}
