//! What holds of every input: `ringlab_fuzz::nginx`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ringlab_fuzz::nginx(bytes));
