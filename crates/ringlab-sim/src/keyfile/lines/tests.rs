//! That a long line stays out of memory.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn a_line_without_end_is_not_kept() {
    let mut lines = Lines::new();
    let chunk = vec![b'x'; 100_000];
    for _ in 0..100 {
        lines
            .push(&chunk, |line, _| panic!("line {line} does not end"))
            .unwrap();
        assert!(lines.start.capacity() <= 2 * LINE_BYTES_MAX);
    }
    let mut seen = Vec::new();
    lines
        .push(b"xx\nnext\n", |line, text| {
            seen.push((line, text.map(<[u8]>::to_vec)));
            Ok(())
        })
        .unwrap();
    let limit = LINE_BYTES_MAX as u64;
    let expected = [
        (1, Err(BadRowReason::TooLong { limit })),
        (2, Ok(b"next".to_vec())),
    ];
    assert_eq!(seen, expected);
}
