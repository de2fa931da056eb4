"""Training: the scheduler, its lanes of worker processes, and what a worker does in a slice."""
