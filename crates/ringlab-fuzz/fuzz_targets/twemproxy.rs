//! What holds of every input: `ringlab_fuzz::twemproxy`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ringlab_fuzz::twemproxy(bytes));
