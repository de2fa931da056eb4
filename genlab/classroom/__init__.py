"""A class: its teacher opens and ends it, students come in by a code, and what they guess is counted."""
