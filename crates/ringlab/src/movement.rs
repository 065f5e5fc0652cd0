//! What changes hands between two rings.
