"""The course: a folder a chapter in chapters/, found by one loader; nothing here imports torch before an experiment."""
