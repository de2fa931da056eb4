"""Runs scripts as somebody has them who has torch and torchvision and nothing else: python alone.py FILE ...

Prints a JSON object a line: a script's last line. What torch and torchvision don't bring along cannot be imported.
"""

from __future__ import annotations

import io
import json
import runpy
import sys
from contextlib import redirect_stdout

ABSENT = ("genlab", "streamlit", "pydantic", "sqlalchemy", "safetensors", "scipy", "mlxtend", "plotly", "pandas")

if __name__ == "__main__":
    sys.modules.update(dict.fromkeys(ABSENT))  # type: ignore[arg-type]
    for script in sys.argv[1:]:
        printed = io.StringIO()
        with redirect_stdout(printed):
            runpy.run_path(script, run_name="__main__")
        print(json.dumps(json.loads(printed.getvalue().strip().splitlines()[-1])))
