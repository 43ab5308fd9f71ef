/** Heroku's Platform API on loopback: answers as its reference says, from what a test puts into it. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** The key that it takes. */
export const KEY = "key-canary";

interface Asked {
  method: string;
  url: string;
  headers: http.IncomingHttpHeaders;
  body: unknown;
}

export class SimulatedPlatform {
  readonly asked: Asked[] = [];
  /** Method and path -> what is answered, or what finds the answer; plain text below `/log` and `/ready`. */
  readonly answers: Record<string, unknown> = {};
  /** Called before each answer, to bring about what has happened meanwhile. */
  meanwhile: () => void = () => undefined;
  private readonly server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (data: Buffer) => (body += data.toString()));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const asked = { method, url, headers, body: body === "" ? undefined : (JSON.parse(body) as unknown) };
      this.asked.push(asked);
      this.meanwhile();
      this.answer(asked, response);
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  private answer({ method, url, headers, body }: Asked, response: http.ServerResponse): void {
    const what = `${method} ${url}`;
    const found = this.answers[what];
    const known: unknown = typeof found === "function" ? (found as (body: unknown) => unknown)(body) : found;
    if (what.startsWith("GET /log") || what === "GET /ready") {
      response.end(known);
      return;
    }
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    };
    if (headers.authorization !== `Bearer ${KEY}`) {
      json(401, { id: "unauthorized", message: "Invalid credentials provided." });
    } else if (!/^application\/vnd\.heroku\+json; version=3(\.sdk)?$/.test(headers.accept ?? "")) {
      json(404, { id: "not_found", message: "The requested API endpoint was not found." });
    } else if (known === undefined) {
      json(404, { id: "not_found", message: "Couldn't find that app." });
    } else json(what.startsWith("POST") ? 201 : 200, known);
  }
}
