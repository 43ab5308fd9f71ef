"""Serves the application with nginx in front of uWSGI: `python .slipway/serve_nginx-uwsgi.py`. See slipway_front.py."""

import os
import signal

import slipway_front


class Nginx(slipway_front.Front):
    """Takes its listening socket from this process, in the way that it hands it to its own successor."""

    name = "nginx"
    programs = ("nginx",)
    packages = "the package nginx-light of Debian and Ubuntu, nginx elsewhere"
    template = "nginx.conf"
    stop_signal = signal.SIGQUIT

    def __init__(self, settings):
        super().__init__(settings)
        self.listener = settings.listener()
        self.listener.set_inheritable(True)

    def values(self, run, socket_path):
        host, port = self.listener.getsockname()[:2]
        return {
            # nginx would change to nobody, who can read none of this.
            "user": "user root;" if os.geteuid() == 0 else "",
            "listen": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "access_log": "/dev/stdout line" if self.settings.access_log else "off",
            "trusted": "".join(f"    set_real_ip_from {network};\n" for network in self.settings.trusted),
            "trusted_scheme": "".join(f"        {network} 1;\n" for network in self.settings.trusted),
        }

    def static(self, url, folder, max_age):
        keep = "no-cache" if max_age is None else f"public, max-age={max_age}"
        return f"""
        location ^~ {url}/ {{
            alias {folder}/;
            add_header Cache-Control "{keep}";
            add_header X-Content-Type-Options nosniff;
            log_not_found off;
            error_page 403 404 405 = @app;
        }}
"""

    def command(self, program, configuration):
        words = [program, "-e", "stderr", "-p", configuration.parent, "-c", configuration]
        return words, {"NGINX": f"{self.listener.fileno()};"}


if __name__ == "__main__":
    slipway_front.main(Nginx)
