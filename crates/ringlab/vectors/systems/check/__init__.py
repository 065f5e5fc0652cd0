"""Each system's placement written once more, to be compared with what the system answered."""
