/** Applications of different shape, and what a visitor of each does; of the blog: `visit` in test/support/blog.ts. */
import * as path from "node:path";
import { expect } from "chai";
import type { SettingsInput } from "../../../components";
import { packageRoot } from "../../../components/package-root";
import { until } from "../../engine/support/wait";

/** Celery waits that long however little there is to do: seconds that a test can spare. */
const worker = { count: 1, softShutdown: 3 };

const OWN = path.join(packageRoot, "test", "apps", "fixtures", "own");

/** An application, as a stack's config describes it, whatever its target. */
export interface Sample {
  settings: Omit<SettingsInput, "targets">;
}

interface UsedSample extends Sample {
  /** Uses the application that answers at `url`; tasks are done by the worker. */
  journey: (url: string) => Promise<void>;
}

export const blog: Sample = {
  settings: {
    app: {
      name: "blog",
      source: path.join(packageRoot, "app-templates", "blog"),
      entry: "webapp:create_app",
      celery: "celery_runner:celery",
      migrate: "flask db upgrade",
      health: { live: "/health/live", ready: "/health/ready" },
    },
    processes: { web: { count: 1 }, worker, beat: {} },
  },
};

/** A module-level application without a database. */
export const hello: UsedSample = {
  settings: {
    app: {
      name: "hello",
      source: path.join(OWN, "module-app"),
      entry: "app:app",
      health: { live: "/ping", ready: "/ping" },
    },
    processes: { web: { count: 1 } },
    env: { GREETING: "Good morning" },
  },
  journey: async (url) => {
    expect(await (await fetch(`${url}/hello/Ada`)).text()).to.contain("<h1>Good morning, Ada!</h1>");
    expect((await fetch(`${url}/static/style.css`)).headers.get("content-type")).to.contain("text/css");
  },
};

/** pyproject.toml, a src layout, Alembic alone, and names of its own for every variable. */
export const tickets: UsedSample = {
  settings: {
    app: {
      name: "tickets",
      source: path.join(OWN, "pyproject-src"),
      entry: "tickets.web:build_app('production')",
      celery: "tickets.jobs:queue",
      migrate: "alembic upgrade head",
      health: { live: "/status/live", ready: "/status/ready" },
      variables: { database: "TICKETS_DB", broker: "BROKER_URL", secretKey: "TICKETS_SECRET" },
    },
    processes: { web: { count: 1 }, worker },
    env: { SUPPORT_ADDRESS: "help@example.org" },
  },
  journey: async (url) => {
    expect(await (await fetch(url)).json()).to.deep.equal({ service: "tickets", support: "help@example.org" });
    const id = await openTicket(url, "Leak");
    await closeTicket(url, id);
    await until("the ticket is closed", async () => (await stateOf(url, id)) === "closed");
  },
};

/** Makes a ticket. @returns its number */
export async function openTicket(url: string, title: string): Promise<number> {
  const answer = await post(`${url}/api/v1/tickets`, { title });
  return ((await answer.json()) as { id: number }).id;
}

/** Sends the task that closes a ticket. */
export async function closeTicket(url: string, id: number): Promise<void> {
  expect((await post(`${url}/api/v1/tickets/${id}/close`)).status).to.equal(202);
}

export async function stateOf(url: string, id: number): Promise<string | undefined> {
  const all = (await (await fetch(`${url}/api/v1/tickets`)).json()) as { id: number; state: string }[];
  return all.find((ticket) => ticket.id === id)?.state;
}

function post(url: string, body?: object): Promise<Response> {
  const json = body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  return fetch(url, { method: "POST", ...json });
}
