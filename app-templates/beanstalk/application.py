"""The application, for whoever looks for `application.application`: what a platform for WSGI expects. Written by Slipway.

The Procfile starts the same application with its server, and goes before this.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
for variable in (HERE / ".slipway" / "environment").read_text().split("\0")[:-1]:
    os.environ.setdefault(*variable.split("=", 1))
sys.path[:0] = [str(HERE / folder) for folder in os.environ["PYTHONPATH"].split(":")]

from slipway_entry import load_wsgi  # noqa: E402

application = load_wsgi()
