"""Runs a command in a real terminal and types into it.

usage: terminal.py STEPS COMMAND...   STEPS: JSON list of [text to wait for, keys to type]; with a third entry that is true
                                      where the text need not come

Prints what the terminal showed; exits with the command's exit code, or with 99 when it did not show what was waited for.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

SECONDS = 240
ROWS, COLUMNS = 40, 200


def main():
    steps = json.loads(sys.argv[1])
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.execvp(sys.argv[2], sys.argv[2:])
    shown, seen, end = b"", 0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        if steps and (found := shown.find(steps[0][0].encode(), seen)) >= 0:
            seen = found + len(steps[0][0])
            os.write(terminal, steps.pop(0)[1].encode())
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:  # Linux: the command has ended
            data = b""
        if not data:
            break
        shown += data
    sys.stdout.buffer.write(shown)
    if time.monotonic() >= end:
        os.kill(pid, 9)
    status = os.waitpid(pid, 0)[1]
    sys.exit(99 if any(not step[2:] for step in steps) else os.waitstatus_to_exitcode(status) % 256)


main()
