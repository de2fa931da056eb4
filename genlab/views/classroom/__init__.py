"""A class on the pages: opened, joined, led, and said wherever a member of it is."""
