//! Golden files under `vectors/`: how their keys are made, how they are read and written. For
//! tests alone; it knows no hash and no ring.

use crate::hash::virtual_token;

/// Compares what was computed with a golden file, line by line, or writes the file when
/// `RINGLAB_WRITE_VECTORS` is set.
pub(crate) fn check(file: &str, golden: &str, computed: &[String]) {
    if std::env::var_os("RINGLAB_WRITE_VECTORS").is_some() {
        let path = format!("{}/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, computed.join("\n") + "\n").expect("the golden file can be written");
        return;
    }
    for (number, (line, expected)) in (1..).zip(computed.iter().zip(golden.lines())) {
        assert_eq!(line, expected, "line {number} of vectors/{file}");
    }
    assert_eq!(
        computed.len(),
        golden.lines().count(),
        "lines of vectors/{file}"
    );
}

/// The first `count` keys: words, numbers, other alphabets, any bytes, and lengths from 0 to 5,000.
pub(crate) fn keys(count: u32) -> Vec<Vec<u8>> {
    (0..count).map(key).collect()
}

fn key(number: u32) -> Vec<u8> {
    match number {
        0..500 => bytes(number, number as usize / 4),
        500..4_000 => format!("user:{number:07}:profile").into_bytes(),
        4_000..6_000 => format!("@scope-{}/package.{number}", number % 7).into_bytes(),
        6_000..7_000 => format!("ключ-{number}-鍵-🔑").into_bytes(),
        7_000..7_010 => bytes(number, 4_096 + number as usize % 100),
        7_010..7_100 => bytes(number, number as usize % 500 + 9),
        _ => bytes(number, number as usize % 40 + 6),
    }
}

/// Bytes of any value, from the mix that virtual nodes are made with. The first four are the
/// number itself where there is room, so that no key comes twice.
fn bytes(number: u32, length: usize) -> Vec<u8> {
    let words = (0..).flat_map(|index| virtual_token(&number.to_le_bytes(), index).0.to_le_bytes());
    if number < 4 {
        return vec![number as u8; number as usize];
    }
    number
        .to_le_bytes()
        .into_iter()
        .chain(words)
        .take(length.max(4))
        .collect()
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hexadecimal"))
        .collect()
}
