/** What visitors of the blog do, on whatever it runs. */
import { expect } from "chai";
import { Browser, type Pages } from "../engine/support/browser";
import { until } from "../engine/support/wait";
import { noChromium, withChromium } from "./chromium";

const ACCOUNT = { username: "grace", password: "a long enough passphrase" };

/** For titles of tests with `visit`: what it does without. */
export const without = noChromium === undefined ? "" : ` (${noChromium}: its forms by HTTP)`;

/**
 * The whole journey of a new visitor, from an account to the result of a task, in Chromium where there is one.
 *
 * @param name of the folder of pictures
 */
export async function visit(url: string, name: string): Promise<void> {
  if (noChromium === undefined)
    await withChromium(url, name, (browser) => journey(browser, (page) => browser.look(page)));
  else await journey(new Browser(url), () => Promise.resolve());
}

async function journey(browser: Pages, look: (page: string) => Promise<void>): Promise<void> {
  await browser.open("/register");
  await look("register");
  await register(browser);
  const post = await write(browser);
  expect(browser.text).to.contain("Nanoseconds").and.to.contain("hardware");
  await browser.submit(`${post}/comments`, { body: "As long as a <hand>." });
  expect(browser.text).to.contain("As long as a &lt;hand&gt;.");
  await look("post");
  await browser.open("/activity");
  await look("nothing-yet");
  await browser.submit("/activity/digests", {});
  await remind(browser, "Water the plants");
  await until("the digest is there", async () => {
    await browser.open("/activity");
    return /<summary>\d+ new posts? this week/.test(browser.text);
  });
  await look("activity");
  await browser.open("/tags/light");
  expect(browser.text).to.contain("Nanoseconds");
  await browser.open("/");
  await look("home");
}

/** Makes an account, and is logged in with it. */
export async function register(browser: Pages): Promise<void> {
  await browser.open("/register");
  await browser.submit("/register", { ...ACCOUNT, email: "grace@example.org" });
}

/** Logs in with the account that was made. */
export async function login(browser: Pages): Promise<void> {
  await browser.open("/login");
  await browser.submit("/login", ACCOUNT);
}

/** Writes a post. @returns its path */
async function write(browser: Pages): Promise<string> {
  await browser.open("/posts/new");
  await browser.submit("/posts/new", { title: "Nanoseconds", body: "A foot of wire.", tags: "hardware, light" });
  return /\/posts\/\d+/.exec(browser.path)?.[0] ?? "";
}

/** Asks for a reminder that a worker sends, and waits for it. */
export async function remind(browser: Pages, text: string): Promise<void> {
  await browser.open("/activity");
  await browser.submit("/activity/reminders", { text, amount: "1", unit: "seconds" });
  const done = new RegExp(`${text}</td>((?!</tr>).)*class="state done">`, "s");
  await until("the reminder is done", async () => {
    await browser.open("/activity");
    return done.test(browser.text);
  });
}
