"""What components ask the server for, a subject a file."""
