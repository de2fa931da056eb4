"""The page that puts families side by side, by one ruler."""
