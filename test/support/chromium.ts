/** A real browser, where the machine has one. It keeps pictures of what it saw. */
import { mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { packageRoot } from "../../components/package-root";
import type { Pages } from "../engine/support/browser";
import { pathOf } from "./docker/engine";

const EXECUTABLE = pathOf("chromium") ?? pathOf("google-chrome");

/** Why there is no browser; undefined where there is one. */
export const noChromium: string | undefined = EXECUTABLE === undefined ? "no Chromium" : undefined;

/** Nothing that asks for hosts of its maker. */
const QUIET = ["background-networking", "component-update", "sync", "quic", "gpu"].map((name) => `--disable-${name}`);

/** How a page is looked at. */
const VIEWS = {
  desktop: { width: 1200, height: 800, colorScheme: "light" },
  dark: { width: 1200, height: 800, colorScheme: "dark" },
  phone: { width: 360, height: 740, colorScheme: "light" },
} as const;

/**
 * Uses a new browser, without a word of complaint in its console.
 *
 * @param name of the folder in `.slipway/test-pictures` where its pictures are kept
 */
export async function withChromium(
  origin: string,
  name: string,
  use: (browser: Chromium) => Promise<void>,
): Promise<void> {
  const browser = await Chromium.launch(origin, path.join(packageRoot, ".slipway", "test-pictures", name));
  try {
    await use(browser);
    browser.checkConsole();
  } catch (error) {
    await browser.picture("failed");
    throw error;
  } finally {
    await browser.close();
  }
}

class Chromium implements Pages {
  text = "";
  private readonly complaints: string[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
    private readonly pictures: string,
  ) {
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("requestfailed", (request) => this.complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  }

  static async launch(origin: string, pictures: string): Promise<Chromium> {
    rmSync(pictures, { recursive: true, force: true });
    mkdirSync(pictures, { recursive: true });
    // The sandbox of Chromium does not work for root.
    const chromiumSandbox = process.getuid?.() !== 0;
    const browser = await chromium.launch({ executablePath: EXECUTABLE ?? "", args: QUIET, chromiumSandbox });
    const context = await browser.newContext({ baseURL: origin, viewport: VIEWS.desktop });
    return new Chromium(browser, await context.newPage(), pictures);
  }

  get path(): string {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  async open(target: string): Promise<void> {
    const response = await this.page.goto(target);
    await this.arrive(response?.status());
  }

  async submit(action: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const form = this.page.locator(`main form[action="${action}"], main form:not([action])`);
    for (const [name, value] of Object.entries(fields)) {
      const choice = form.locator(`select[name="${name}"]`);
      if ((await choice.count()) > 0) await choice.selectOption(value);
      else await form.locator(`[name="${name}"]`).fill(value);
    }
    const answer = this.page.waitForResponse((response) => {
      return response.request().isNavigationRequest() && (response.status() < 300 || response.status() >= 400);
    });
    const loaded = this.page.waitForEvent("load");
    await form.getByRole("button").click();
    await loaded;
    await this.arrive((await answer).status());
  }

  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(this.pictures, `${name}.png`), fullPage: true });
  }

  /** Keeps pictures of the page that is open. @throws Error when it is wider than the window */
  async look(name: string): Promise<void> {
    for (const [view, { width, height, colorScheme }] of Object.entries(VIEWS)) {
      await this.page.setViewportSize({ width, height });
      await this.page.emulateMedia({ colorScheme });
      await this.picture(`${name}-${view}`);
      const wide = await this.page.evaluate<number>("document.documentElement.scrollWidth");
      if (wide > width) throw new Error(`${this.path} is ${wide} pixels wide, on a ${view} of ${width}`);
    }
    await this.page.setViewportSize(VIEWS.desktop);
  }

  /** @throws Error when something went wrong in a page, as the browser's console shows it */
  checkConsole(): void {
    if (this.complaints.length > 0) throw new Error(`The browser complained:\n${this.complaints.join("\n")}`);
  }

  async close(): Promise<void> {
    await this.browser.close();
  }

  private async arrive(status: number | undefined): Promise<void> {
    this.text = await this.page.content();
    if (status === undefined || status >= 400) throw new Error(`${this.path} answered ${status}: ${this.text}`);
  }
}
