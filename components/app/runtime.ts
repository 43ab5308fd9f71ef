/** The files that Slipway ships inside every release, so that each target starts the application in the same way. */
import type { ServerKind } from "../config";
import { templateText } from "../package-root";

/** Of every application: finding it, its Celery and broker, checking that it loads. */
const SHARED = ["slipway_broker.py", "slipway_celery.py", "slipway_check.py", "slipway_entry.py"];
/** Of every server that is written in Python, and of uWSGI where nothing is in front of it. */
const SERVING = ["slipway_request.py", "slipway_settings.py"];
const UWSGI = [...SERVING, "slipway_uwsgi.py", "slipway_wsgi.py", "uwsgi.ini"];

interface Server {
  files: readonly string[];
  /** The file of requirements, `requirements-<name>.txt`. */
  requirements: string;
}

const SERVERS: Readonly<Record<ServerKind, Server>> = {
  gevent: { files: [...SERVING, "slipway_fork.py", "slipway_head.py", "slipway_http.py"], requirements: "gevent" },
  tornado: { files: [...SERVING, "slipway_fork.py", "slipway_tornado.py"], requirements: "tornado" },
  uwsgi: { files: UWSGI, requirements: "uwsgi" },
  "nginx-uwsgi": { files: [...UWSGI, "nginx.conf", "slipway_front.py"], requirements: "uwsgi" },
  "apache-uwsgi": {
    files: [...UWSGI, "apache.conf", "slipway_front.py", "slipway_relay.py"],
    requirements: "uwsgi",
  },
};

/** Path in the release -> text, for an application that the server `kind` serves. */
export function runtimeFiles(kind: ServerKind): Record<string, string> {
  const names = [...SHARED, ...SERVERS[kind].files, `serve_${kind}.py`].sort();
  return Object.fromEntries(names.map((name) => [`.slipway/${name}`, templateText("servers", name)]));
}

/** Name of what the server `kind` needs from PyPI: `requirements-<name>.txt`. */
export function serverRequirements(kind: ServerKind): string {
  return SERVERS[kind].requirements;
}

/** The certificates of those who sign RDS's, which the URL of a database there names. */
export function authorityFiles(): Record<string, string> {
  return { ".slipway/rds-ca.pem": templateText("servers", "rds-ca.pem") };
}
