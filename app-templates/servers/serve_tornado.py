"""Serves the application over HTTP with Tornado: `python .slipway/serve_tornado.py`. See slipway_settings.py."""

import asyncio

import slipway_fork


def serve(listener, settings, parent=None):
    import slipway_tornado

    app = slipway_fork.load(settings)
    asyncio.run(slipway_tornado.Server(app, settings).serve_until_stopped(listener, parent))


if __name__ == "__main__":
    slipway_fork.main(serve)
