/** MariaDB, as a Debian package has it. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { freePort } from "../../../providers/host/ports";
import { until } from "../../engine/support/wait";
import { Background } from "./background";
import { CANARY, type Service } from "./services";

/** Why there is no MariaDB; undefined where there is one. */
export function noMariadb(): string | undefined {
  return existsSync("/usr/sbin/mariadbd") ? undefined : "no MariaDB";
}

/** Starts MariaDB with a database of the name `shop` and a user who owns it. */
export async function startMariadb(): Promise<Service & { run: (sql: string) => void }> {
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-mariadb-"));
  const socket = path.join(folder, "socket");
  const [data, port] = [`--datadir=${folder}/data`, await freePort()];
  const install = ["--no-defaults", data, "--user=root", "--auth-root-authentication-method=normal", "--skip-test-db"];
  execFileSync("mariadb-install-db", install, { stdio: "ignore" });
  const own = [
    "--no-defaults",
    "--user=root",
    data,
    `--socket=${socket}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
  ];
  const server = new Background(["/usr/sbin/mariadbd", ...own], { cwd: folder });
  const run = (sql: string): void => {
    execFileSync("mariadb", ["--no-defaults", `--socket=${socket}`, "--user=root", "--execute", sql]);
  };
  await until(`MariaDB answers; it wrote ${server.output}`, () => {
    return spawnSync("mariadb-admin", ["--no-defaults", `--socket=${socket}`, "--user=root", "ping"]).status === 0;
  });
  run(`CREATE DATABASE shop; CREATE USER owner@'%' IDENTIFIED BY '${CANARY}'; GRANT ALL ON shop.* TO owner@'%'`);
  return {
    url: `mysql+pymysql://owner:${CANARY}@127.0.0.1:${port}/shop`,
    run,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
