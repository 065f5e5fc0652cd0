//! What holds of every input: `ringlab_fuzz::key_file`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ringlab_fuzz::key_file(bytes));
