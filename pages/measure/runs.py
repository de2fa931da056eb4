"""Runs: mine and the shipped ones."""

from genlab.views.runs import runs_page

runs_page()
