"""Symptoms: what the curves of a run say is wrong with it, with the numbers that say so.

Pure functions over its points; a family says which of them can befall it, and what helps (its `symptoms`).
"""

from genlab.symptoms.seen import Loss, Point, Seen, Symptom

__all__ = ["Loss", "Point", "Seen", "Symptom"]
