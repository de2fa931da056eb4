"""The first page: three families side by side, from runs that ship with the app."""

from genlab.views.home import home_page

home_page()
