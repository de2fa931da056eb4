"""Components: a module of static/ each, and what it is handed."""
