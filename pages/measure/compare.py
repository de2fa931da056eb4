"""Side by side: the families on the same data, by one ruler."""

from genlab.views.compare.page import compare_page

compare_page()
