"""People's own data: read with suspicion, brought to one form, kept by their contents, private until shared."""
