"""Two-dimensional points: one target, three models, and everything between them drawn as it moves."""

from genlab.views.playground import playground_page

playground_page()
