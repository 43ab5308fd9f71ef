"""Runs a job of a release once, whichever instance comes first: `python .slipway/slipway_once.py migrate flask db upgrade`.

Every instance calls it before it answers; the others wait for the one that does the work, and go on when it is done. A
job that failed is done by the next one that comes. `migrate` runs once for each release, `seed` once for a database.

With `--again` before the job, for whoever wants it now: it runs whatever was done, and does not wait for another instance,
but exits with 75.

SLIPWAY_DATABASE_VARIABLE  environment variable that holds the database's URL
SLIPWAY_KEEP_DATABASE      version of a release that was put back: it runs nothing, the database stays (default none)
SLIPWAY_RELEASE            version of the release
SLIPWAY_WAIT_SECONDS       how long to wait for another instance (default 540)
"""

import os
import subprocess
import sys

import slipway_shared


BUSY = 75  # EX_TEMPFAIL of sysexits.h


def main():
    words = sys.argv[1:]
    again = words[0] == "--again"
    job, *words = words[1:] if again else words
    release = os.environ["SLIPWAY_RELEASE"]
    if not again and os.environ.get("SLIPWAY_KEEP_DATABASE") == release:
        print(f"slipway: {job}: the database stays as it is")
        return
    detail = release if job == "migrate" else ""
    seconds = 0 if again else int(os.environ.get("SLIPWAY_WAIT_SECONDS", "540"))
    shared = slipway_shared.connect()
    try:
        if not shared.lock("job", seconds):
            if again:
                print(f"slipway: {job}: another instance is at it", file=sys.stderr)
                sys.exit(BUSY)
            sys.exit(f"slipway: {job}: another instance has not ended within {seconds} seconds")
        noted = shared.done(job, detail)
        if noted and not again:
            print(f"slipway: {job}: another instance has done it")
            return
        code = subprocess.run(words).returncode
        if code != 0:
            sys.exit(f"slipway: {job}: failed with exit code {code}")
        if not shared.alive():
            sys.exit(f"slipway: {job}: done, but the connection that kept others from doing it again has broken")
        if not noted:
            shared.note(job, detail)
        print(f"slipway: {job}: done")
    finally:
        shared.close()


if __name__ == "__main__":
    try:
        main()
    except slipway_shared.NotKnown as error:
        sys.exit(f"slipway: {error}")
