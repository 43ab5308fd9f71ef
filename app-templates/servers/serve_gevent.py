"""Serves the application over HTTP with gevent: `python .slipway/serve_gevent.py`. See slipway_settings.py."""

import slipway_fork


def serve(listener, settings, parent=None):
    # Before the application is imported, or its locks and sockets would block every request at once.
    from gevent import monkey

    monkey.patch_all()
    import slipway_http

    app = slipway_fork.load(settings)
    slipway_http.Server(listener, app, settings).serve_until_stopped(parent)


if __name__ == "__main__":
    slipway_fork.main(serve)
