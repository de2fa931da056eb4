"""Class: opened by a teacher, joined by a code."""

from genlab.views.classroom.page import class_page

class_page()
