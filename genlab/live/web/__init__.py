"""How answers reach a browser: whom they are for, how long they are kept, what the page may load."""
