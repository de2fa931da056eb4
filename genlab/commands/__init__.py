"""One module a group of commands: `add_to` declares them, each command is a function of the parsed arguments."""
