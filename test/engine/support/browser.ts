/** What a journey through pages and forms needs of a browser. */
export interface Pages {
  /** What the last page said, as HTML, and where it was. */
  readonly text: string;
  readonly path: string;
  /** @throws Error when the page is an error */
  open(path: string): Promise<void>;
  /** Fills in and sends a form of the page that is open. @throws Error when the answer is an error */
  submit(action: string, fields: Readonly<Record<string, string>>): Promise<void>;
}

/** As much of a browser as forms need: cookies, redirects, hidden tokens. */
export class Browser implements Pages {
  private readonly cookies = new Map<string, string>();
  text = "";
  path = "";

  constructor(private readonly origin: string) {}

  async open(path: string): Promise<void> {
    await this.take(await this.send(path, {}));
  }

  /** The form's token goes along. */
  async submit(action: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const token = /name="csrf_token"[^>]*value="([^"]+)"/.exec(this.text)?.[1] ?? "";
    const body = new URLSearchParams({ csrf_token: token, ...fields });
    await this.take(
      await this.send(action, { method: "POST", body, headers: { Referer: `${this.origin}${this.path}` } }),
    );
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    this.path = path;
    const headers = new Headers(init.headers);
    headers.set("Cookie", cookie);
    return fetch(`${this.origin}${path}`, { ...init, redirect: "manual", headers });
  }

  private async take(response: Response): Promise<void> {
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    const target = response.headers.get("location");
    if (response.status >= 300 && response.status < 400 && target !== null) {
      const { pathname, search } = new URL(target, `${this.origin}${this.path}`);
      await response.arrayBuffer();
      await this.open(pathname + search);
      return;
    }
    this.text = await response.text();
    if (response.status >= 400) throw new Error(`${this.path} answered ${response.status}: ${this.text.slice(0, 500)}`);
  }
}
