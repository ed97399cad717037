// What the checks with a browser have in common.
import { chromium } from "playwright-core";
import { readdirSync, readFileSync } from "node:fs";

export const SOON = 10_000; // what ends at once does so within two seconds; the machine may be busy

let failures = 0;

/** Prints `ok NAME`, or `not ok NAME: why` when it throws. */
export async function check(name, what) {
  try {
    await what();
    console.log(`ok ${name}`);
  } catch (e) {
    failures++;
    console.log(`not ok ${name}: ${String(e.message).replaceAll("\n", " ").slice(0, 600)}`);
  }
}

/** How many have failed. */
export const failed = () => failures;

export function expect(truth, message) {
  if (!truth) throw new Error(message);
}

/** Waits until it is so, and says how many milliseconds that took, or what it is. */
export async function until(what, milliseconds, message) {
  const begun = Date.now();
  for (;;) {
    const found = await what();
    if (found) return found === true ? Date.now() - begun : found;
    if (Date.now() - begun > milliseconds) throw new Error(`not within ${milliseconds} ms: ${message}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A browser that takes the key of SPKI, and asks for nothing beyond this machine. */
export const launch = (spki) => chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", `--ignore-certificate-errors-spki-list=${spki}`,
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
  ],
});

/** Somebody with a browser of their own. */
export async function person(browser) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  context.setDefaultTimeout(20_000);
  return { context, page: await context.newPage() };
}

/** Everything on record in a home's file sink, in order. */
export function records(home) {
  const root = `${home}/data/audit-file`;
  return readdirSync(root, { recursive: true }).filter((name) => name.endsWith(".jsonl")).sort()
    .flatMap((name) => readFileSync(`${root}/${name}`, "utf8").split("\n").slice(0, -1)).map((line) => JSON.parse(line));
}
