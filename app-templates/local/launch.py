"""Starts one supervised process from its spec: launch.py SPEC NUMBER

SPEC is a JSON file {"cwd", "argv", "environment"}. It is readable by its owner alone, because the environment holds
secrets: they never appear in supervisor's configuration or in a command line. `{instance}` in argv and in values of the
environment becomes the process's name. NUMBER is the process's number in its group; -1 is not a process of the
application: it only keeps the listening socket open while all others are down.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

GRACE_SECONDS = 10


def proc_members(group, root):
    """Processes of a group that belong to `root` by their command line or working folder, from /proc."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as file:
                state, _, pgrp = file.read().rpartition(") ")[2].split()[:3]
            if int(pgrp) != group or state == "Z":
                continue
            with open(f"/proc/{pid}/cmdline") as file:
                command = file.read()
            if root + "/" in command or (os.readlink(f"/proc/{pid}/cwd") + "/").startswith(root + "/"):
                yield pid
        except OSError:
            continue  # it has ended meanwhile


def ps_members(group, root):
    """The same where there is no /proc; by command line only."""
    for line in subprocess.check_output(["ps", "-axww", "-o", "pgid=,command="], text=True).splitlines():
        pgid, _, command = line.strip().partition(" ")
        if int(pgid) == group and root + "/" in command:
            yield pgid


def is_left(group, root):
    try:
        os.killpg(group, 0)
    except OSError:
        return False
    members = proc_members if os.path.exists("/proc/self/stat") else ps_members
    return any(True for _ in members(group, root))


def end_left_over(path, root):
    """Ends children that outlived this process's predecessor: they would work on, and hold ports and files."""
    try:
        with open(path) as file:
            group = int(file.readline())
    except (OSError, ValueError):
        return
    deadline = time.monotonic() + GRACE_SECONDS
    sent = None
    while group not in (0, 1, os.getpid()) and is_left(group, root):
        wanted = signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL
        if wanted != sent:
            os.killpg(group, wanted)
            sent = wanted
        time.sleep(0.05)


def record(path, spec):
    """Notes who runs here, from which spec, so that it can be found when supervisord is gone."""
    with open(path + ".new", "w") as file:
        file.write(f"{os.getpid()}\n{hashlib.sha256(spec).hexdigest()}\n")
    os.replace(path + ".new", path)


def main(path, number):
    instance = os.environ["SUPERVISOR_PROCESS_NAME"]
    folder = os.path.dirname(os.path.abspath(path))
    pid_file = os.path.join(folder, "pids", instance)
    with open(path, "rb") as file:
        content = file.read()
    end_left_over(pid_file, os.path.dirname(folder))
    record(pid_file, content)
    if number == -1:
        os.chdir(folder)
        os.execv("/bin/sleep", ["sleep", "2147483647"])
    spec = json.loads(content)
    argv = [word.replace("{instance}", instance) for word in spec["argv"]]
    environment = {name: value.replace("{instance}", instance) for name, value in spec["environment"].items()}
    os.chdir(spec["cwd"])
    program = shutil.which(argv[0], path=environment["PATH"])
    if program is None:
        sys.exit(f"{instance}: there is no command {argv[0]} on PATH {environment['PATH']}")
    # The whole path as first word: what belongs to this folder shows in the list of processes.
    os.execve(program, [program] + argv[1:], environment)


main(sys.argv[1], int(sys.argv[2]))
