"""What a person takes home of a run: its curves as a table or as event files, its film, its decoder."""
