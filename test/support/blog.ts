/** What visitors of the blog do, on whatever it runs. */
import type { Browser } from "../engine/support/browser";
import { until } from "../engine/support/wait";

const ACCOUNT = { username: "grace", password: "a long enough passphrase" };

/** Makes an account, and is logged in with it. */
export async function register(browser: Browser): Promise<void> {
  await browser.open("/register");
  await browser.submit("/register", { ...ACCOUNT, email: "grace@example.org" });
}

/** Logs in with the account that was made. */
export async function login(browser: Browser): Promise<void> {
  await browser.open("/login");
  await browser.submit("/login", ACCOUNT);
}

/** Writes a post. @returns its path */
export async function write(browser: Browser): Promise<string> {
  await browser.open("/posts/new");
  await browser.submit("/posts/new", { title: "Nanoseconds", body: "A foot of wire.", tags: "hardware, light" });
  return /\/posts\/\d+/.exec(browser.path)?.[0] ?? "";
}

/** Asks for a reminder that a worker sends, and waits for it. */
export async function remind(browser: Browser, text: string): Promise<void> {
  await browser.open("/activity");
  await browser.submit("/activity/reminders", { text, amount: "1", unit: "seconds" });
  const done = new RegExp(`${text}</td>((?!</tr>).)*class="state done">`, "s");
  await until("the reminder is done", async () => {
    await browser.open("/activity");
    return done.test(browser.text);
  });
}
