"""Serves the application over HTTP with uWSGI alone: `python .slipway/serve_uwsgi.py`. See slipway_settings.py.

For a place behind a router that keeps slow clients away, such as a dyno: a connection is closed after its answer, and a
client that is slow to send keeps a thread.
"""

import sys

import slipway_settings
import slipway_uwsgi

SLOW = 30  # seconds without a byte from a client that is sending
LINE = (
    '{"event":"request","method":"%(method)","path":"%(path)","status":%(status),'
    '"bytes":%(rsize),"ms":%(msecs),"request_id":"%(id)"}'
)


def main():
    settings = slipway_settings.read()
    try:
        listener = settings.listener()
    except ValueError as error:
        sys.exit(f"slipway: {error}")
    log = [f"--log-format={LINE}", "--req-logger=fd:1"] if settings.access_log else ["--disable-logging"]
    slipway_uwsgi.run(
        [
            f"--http-socket=fd://{listener.detach()}",
            *slipway_uwsgi.common(settings, patience=1),
            f"--socket-timeout={SLOW}",
            "--tcp-nodelay",
            # A client must not send its next request on a connection that is about to be closed.
            "--add-header=Connection: close",
            *log,
        ]
    )


if __name__ == "__main__":
    main()
