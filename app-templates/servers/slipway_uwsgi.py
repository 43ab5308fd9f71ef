"""Becomes uWSGI, beside what uwsgi.ini says: `python .slipway/slipway_uwsgi.py --OPTION=VALUE ...`."""

import os
import sys
from pathlib import Path

from slipway_settings import BACKLOG


def run(options):
    """Runs uWSGI in this process; `options` are words of its command line."""
    # uwsgi.ini names functions of uWSGI itself, which are to be found there.
    sys.setdlopenflags(os.RTLD_NOW | os.RTLD_GLOBAL)
    import pyuwsgi

    pyuwsgi.run([f"--ini={Path(__file__).with_name('uwsgi.ini')}", *options])


def common(settings, patience):
    """What the settings say, in uWSGI's words. It ends a process `patience` seconds after a request should have ended."""
    return [
        f"--processes={settings.processes}",
        f"--threads={settings.threads}",
        f"--harakiri={settings.timeout + patience}",
        f"--worker-reload-mercy={settings.grace}",
        f"--listen={backlog()}",
    ]


def backlog():
    """Connections that wait to be accepted; uWSGI does not start with more than the kernel allows."""
    try:
        return min(BACKLOG, int(Path("/proc/sys/net/core/somaxconn").read_text()))
    except OSError:
        return 128


if __name__ == "__main__":
    run(sys.argv[1:])
