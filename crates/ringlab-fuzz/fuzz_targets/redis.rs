//! What holds of every input: `ringlab_fuzz::redis`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ringlab_fuzz::redis(bytes));
