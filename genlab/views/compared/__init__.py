"""Several runs beside each other: their curves, their samples at one moment, and in what they differ."""
