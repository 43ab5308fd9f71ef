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
import sys


def record(folder, instance, spec):
    """Notes who runs here, from which spec, so that it can be found when supervisord is gone."""
    path = os.path.join(folder, "pids", instance)
    with open(path + ".new", "w") as file:
        file.write("%d\n%s\n" % (os.getpid(), hashlib.sha256(spec).hexdigest()))
    os.replace(path + ".new", path)


def main(path, number):
    instance = os.environ["SUPERVISOR_PROCESS_NAME"]
    folder = os.path.dirname(os.path.abspath(path))
    with open(path, "rb") as file:
        content = file.read()
    record(folder, instance, content)
    if number == -1:
        os.chdir(folder)
        os.execv("/bin/sleep", ["sleep", "2147483647"])
    spec = json.loads(content)
    argv = [word.replace("{instance}", instance) for word in spec["argv"]]
    environment = {name: value.replace("{instance}", instance) for name, value in spec["environment"].items()}
    os.chdir(spec["cwd"])
    program = shutil.which(argv[0], path=environment["PATH"])
    if program is None:
        sys.exit("%s: there is no command %s on PATH %s" % (instance, argv[0], environment["PATH"]))
    # The whole path as first word: what belongs to this folder shows in the list of processes.
    os.execve(program, [program] + argv[1:], environment)


main(sys.argv[1], int(sys.argv[2]))
