"""Copies a SQLite database that may be in use: backup_sqlite.py SOURCE TARGET"""

import os
import sqlite3
import sys


def main(source, target):
    partial = target + ".partial"
    origin = sqlite3.connect(source)
    copy = sqlite3.connect(partial)
    origin.backup(copy)
    copy.close()
    origin.close()
    os.replace(partial, target)


main(sys.argv[1], sys.argv[2])
