"""Takes out of a virtual environment what no container of the image uses; run by its own Python once all is installed.

usage: slim.py REQUIREMENTS UNUSED AWS

REQUIREMENTS  file that was installed
UNUSED        packages to take out, separated by spaces
AWS           services that botocore is to know, separated by spaces; all of them where it is empty
"""

import ctypes
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path


def main(requirements, unused, aws):
    packages = sysconfig.get_path("platlib")
    if aws:
        forget_services(set(aws.split()))
    gone = [*unused.split(), *([] if wanted("setuptools", Path(requirements).read_text()) else ["setuptools"])]
    subprocess.run([sys.executable, "-m", "pip", "uninstall", "--quiet", "--yes", *gone, "pip"], check=True)
    for library in sorted(Path(packages).rglob("*.so*")):
        if library.is_file() and not library.is_symlink():
            strip(library)


def forget_services(kept):
    """botocore has a folder for each service of AWS, 25 MB in all, and reads those that a client is made for."""
    (package,) = importlib.util.find_spec("botocore").submodule_search_locations
    for folder in Path(package, "data").iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder)


def wanted(name, requirements):
    """Whether the requirements name a package, or one that is installed needs it; before Python 3.12 venv brings setuptools."""
    needs = [need for installed in importlib.metadata.distributions() for need in installed.requires or []]
    lines = [*requirements.splitlines(), *(need for need in needs if "extra ==" not in need)]
    return any(re.match(rf"{name}(?![\w.-])", line, re.IGNORECASE) for line in lines)


def strip(library):
    """Takes the symbols out of a library that only debuggers read, unless it cannot be loaded then."""
    stripped = library.with_name(f"{library.name}.stripped")
    done = subprocess.run(["strip", "--strip-unneeded", "-o", stripped, library], stderr=subprocess.DEVNULL)
    if done.returncode == 0 and loads(stripped):
        shutil.copymode(library, stripped)
        os.replace(stripped, library)
    stripped.unlink(missing_ok=True)


def loads(library):
    """In a process of its own, which a broken library may take along."""
    child = os.fork()
    if child == 0:
        try:
            ctypes.CDLL(str(library))
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    main(*sys.argv[1:])
