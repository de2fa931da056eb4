"""What runs in the visitor's browser, and what it asks the server for."""
