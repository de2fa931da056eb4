"""The chapters, a folder each: chapter.py says what is asked and what is tried, en.md and zh.md say it in words,
experiments.py measures."""
