"""Home, the chapters, and the instruments that are their stages."""
