/** The files that Slipway ships inside every release, so that each target starts the application in the same way. */
import type { ServerKind } from "../config";
import { templateText } from "../package-root";

/** Of every application: finding it, its Celery and broker, checking that it loads. */
const SHARED = ["slipway_broker.py", "slipway_celery.py", "slipway_check.py", "slipway_entry.py"];

const SERVERS: Readonly<Record<ServerKind, readonly string[]>> = {
  gevent: ["serve_gevent.py", "slipway_fork.py", "slipway_http.py"],
  "nginx-uwsgi": ["nginx.conf", "serve_nginx-uwsgi.py", "slipway_wsgi.py", "uwsgi.ini"],
};

/** Path in the release -> text, for an application that the server `kind` serves. */
export function runtimeFiles(kind: ServerKind): Record<string, string> {
  const names = [...SHARED, ...SERVERS[kind]].sort();
  return Object.fromEntries(names.map((name) => [`.slipway/${name}`, templateText("servers", name)]));
}

/** The certificates of those who sign RDS's, which the URL of a database there names. */
export function authorityFiles(): Record<string, string> {
  return { ".slipway/rds-ca.pem": templateText("servers", "rds-ca.pem") };
}
