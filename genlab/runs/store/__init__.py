"""The store: its tables and their versions, how it is opened, what it keeps and gives of runs and answers."""
