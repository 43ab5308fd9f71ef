"""The application, for whoever looks for `application.application`: what a platform for WSGI expects. Written by Slipway.

The Procfile starts the same application with its server, and goes before this.
"""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent / ".slipway")]

from slipway_entry import load_wsgi  # noqa: E402

application = load_wsgi()
