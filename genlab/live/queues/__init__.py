"""Work that takes seconds: one at a time, once for all who ask."""
