"""What every page stands in: its language, its address, its switch, what it says of trouble."""
