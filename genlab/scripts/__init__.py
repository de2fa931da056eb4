"""A run as a script: its settings, the lab's code that its steps reach, its data, a loop that one can see."""

from genlab.scripts.asked import Asked
from genlab.scripts.found import beside
from genlab.scripts.notebook import notebook
from genlab.scripts.writing import script

__all__ = ["Asked", "beside", "notebook", "script"]
