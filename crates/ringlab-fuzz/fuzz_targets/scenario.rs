//! What holds of every input: `ringlab_fuzz::scenario`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ringlab_fuzz::scenario(bytes));
