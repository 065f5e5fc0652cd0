//! What holds of every input: `ringlab_fuzz::fragment`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ringlab_fuzz::fragment(bytes));
