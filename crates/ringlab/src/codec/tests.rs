//! Numbers and strings of bytes there and back, and bytes that nothing wrote.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::property::holds;

#[test]
fn what_is_written_is_read_back() {
    let inputs = (any::<u64>(), 0_u32..64, vec(any::<u8>(), 0..300));
    let test = "codec::tests::what_is_written_is_read_back";
    holds(test, 2_000, inputs, |(number, shift, bytes)| {
        let mut out = Vec::new();
        write_number(&mut out, number >> shift);
        write_bytes(&mut out, &bytes);
        let mut reader = Reader::new(&out);
        prop_assert_eq!(reader.number(), Ok(number >> shift));
        prop_assert_eq!(reader.bytes(), Ok(bytes.as_slice()));
        prop_assert_eq!(reader.end(), Ok(()));
        let mut short = Reader::new(&out[..out.len() - 1]);
        let cut = short.number().and_then(|_| short.bytes().map(<[u8]>::len));
        prop_assert_eq!(cut, Err(Malformed));
        Ok(())
    });
}

#[test]
fn a_number_has_one_spelling() {
    let test = "codec::tests::a_number_has_one_spelling";
    holds(test, 5_000, vec(any::<u8>(), 0..12), |bytes| {
        let mut reader = Reader::new(&bytes);
        if let Ok(number) = reader.number() {
            let mut again = Vec::new();
            write_number(&mut again, number);
            prop_assert_eq!(&bytes[..bytes.len() - reader.rest().len()], again);
        }
        Ok(())
    });
}

#[test]
fn what_no_number_is_written_as_is_refused() {
    for bytes in [
        [].as_slice(),
        &[0x80],
        &[0x80, 0],
        &[0xff; 9],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
        &[0xff; 11],
    ] {
        assert_eq!(Reader::new(bytes).number(), Err(Malformed), "{bytes:?}");
    }
    let most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    assert_eq!(Reader::new(&most).number(), Ok(u64::MAX));
}
