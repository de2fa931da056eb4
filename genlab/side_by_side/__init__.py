"""Families side by side: the same data, seed, ruler and time for each, and a row of what each can be asked."""
