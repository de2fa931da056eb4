"""A chapter's plan for who teaches it."""

from genlab.views.course.plan import plan_page

plan_page()
