"""The page of a family: a run chosen, its knobs, its actions, what is shown of it."""
