//! What holds of every input: `ringlab_fuzz::haproxy`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ringlab_fuzz::haproxy(bytes));
