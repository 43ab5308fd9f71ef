import * as http from "node:http";

/** What visitors met with. */
export interface Visits {
  /** Number of answers, by what was looked for in them. */
  answers: Map<string, number>;
  /** Requests without an answer, or with another status than 200. */
  failures: string[];
}

/** Visitors who ask for a page without pause, half of them on one lasting connection each, half on a new one each time. */
export class Visitors {
  readonly visits: Visits = { answers: new Map(), failures: [] };
  private readonly all: Promise<void>[];
  private leaving = false;

  /** @param pattern its first group is what is looked for in each answer */
  constructor(
    private readonly url: string,
    private readonly pattern: RegExp,
    count = 4,
  ) {
    this.all = Array.from({ length: count }, (_, index) => this.visit(index % 2 === 0));
  }

  get total(): number {
    return [...this.visits.answers.values()].reduce((sum, number) => sum + number, this.visits.failures.length);
  }

  /** Ends the visits; returns when the last request is answered. */
  async leave(): Promise<Visits> {
    this.leaving = true;
    await Promise.all(this.all);
    return this.visits;
  }

  private async visit(lasting: boolean): Promise<void> {
    const agent = lasting ? new http.Agent({ keepAlive: true, maxSockets: 1 }) : false;
    while (!this.leaving) {
      try {
        const text = await ask(this.url, agent);
        const found = this.pattern.exec(text)?.[1] ?? text;
        this.visits.answers.set(found, (this.visits.answers.get(found) ?? 0) + 1);
      } catch (error) {
        this.visits.failures.push(`${lasting ? "lasting" : "new"} connection: ${String(error)}`);
      }
    }
    if (agent !== false) agent.destroy();
  }
}

function ask(url: string, agent: http.Agent | false): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, timeout: 30_000 }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (data: string) => (text += data));
      response.once("error", reject).once("end", () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`status ${response.statusCode}`));
      });
    });
    request.once("timeout", () => request.destroy(new Error("no answer within 30 s"))).once("error", reject);
  });
}
