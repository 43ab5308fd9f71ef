"""Serves the application with Apache in front of uWSGI: `python .slipway/serve_apache-uwsgi.py`. See slipway_front.py."""

import os
import signal
import socket
import sys
from pathlib import Path

import slipway_front
import slipway_relay
from slipway_settings import CANNOT_START

# Of Debian, Fedora, Homebrew on both kinds of Mac, and macOS itself.
MODULES = (
    "/usr/lib/apache2/modules",
    "/usr/lib64/httpd/modules",
    "/opt/homebrew/lib/httpd/modules",
    "/usr/local/lib/httpd/modules",
    "/usr/libexec/apache2",
)
TYPES = ("/etc/mime.types", "/etc/apache2/mime.types", "/opt/homebrew/etc/httpd/mime.types")


class Apache(slipway_front.Front):
    """Opens the port itself, or has connections of an inherited socket relayed to one of its own."""

    name = "Apache"
    programs = ("apache2", "httpd")
    packages = "the package apache2 of Debian and Ubuntu, httpd elsewhere"
    template = "apache.conf"
    stop_signal = signal.SIGWINCH

    def __init__(self, settings):
        super().__init__(settings)
        if os.geteuid() == 0:
            print(
                "slipway: Apache does not run as root. Start it as another user, or choose nginx-uwsgi.",
                file=sys.stderr,
            )
            sys.exit(CANNOT_START)
        folders = [folder for folder in MODULES if Path(folder, "mod_proxy_uwsgi.so").exists()]
        if not folders:
            raise ValueError(f"Apache has no mod_proxy_uwsgi in {', '.join(MODULES)}.")
        self.modules = folders[0]
        self.inherited = settings.listener() if settings.listen.startswith("fd:") else None
        self.host, self.port = settings.address() if self.inherited is None else free_address()
        self.relay = None

    def values(self, run, socket_path):
        trusted = self.settings.trusted
        from_proxy = " || ".join(f"%{{CONN_REMOTE_ADDR}} -ipmatch '{network}'" for network in trusted)
        return {
            "modules": self.modules,
            "types": next(filter(os.path.exists, TYPES), os.devnull),
            "listen": f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}",
            "access_log": 'CustomLog "/dev/stdout" line' if self.settings.access_log else "",
            "trusted": "".join(f"RemoteIPInternalProxy {network}\n" for network in trusted),
            "proxy_protocol": "Off" if self.inherited is None else "On",
            "scheme": f"SetEnvIfExpr \"req_novary('X-Forwarded-Proto') == 'https' && ({from_proxy})\" UWSGI_SCHEME=https"
            if trusted
            else "",
        }

    def static(self, url, folder, max_age):
        keep = "no-cache" if max_age is None else f"public, max-age={max_age}"
        return f"""
SetEnvIfExpr "%{{REQUEST_URI}} =~ m#^{url}/(.+)$# && -f '{folder}/$1'" no-proxy
Alias "{url}/" "{folder}/"
<Directory "{folder}">
    Require all granted
    Header set Cache-Control "{keep}"
    Header set X-Content-Type-Options nosniff
</Directory>
"""

    def command(self, program, configuration):
        return [program, "-f", configuration, "-DFOREGROUND"], {}

    def open(self):
        if self.inherited is not None:
            self.relay = slipway_relay.Relay(self.inherited, self.port)

    def stop_accepting(self):
        if self.relay is not None:
            self.relay.stop_accepting()

    def drain(self):
        if self.relay is not None:
            self.relay.drain(slipway_front.EXTRA_TIME)


def free_address():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()


if __name__ == "__main__":
    slipway_front.main(Apache)
