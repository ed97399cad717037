// A person at the portal in a real browser, and a hostile page beside them.
//   portal.mjs PORTAL APP EVIL FOLDER CA-SPKI
// DEVICE_LOGIN is the command of a program that logs in from elsewhere.
// Prints `ok NAME` or `not ok NAME: why` for each check.
import { chromium } from "playwright-core";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";

const [portal, app, evil, folder, spki] = process.argv.slice(2);
let failed = 0;

async function check(name, what) {
  try {
    await what();
    console.log(`ok ${name}`);
  } catch (e) {
    failed++;
    console.log(`not ok ${name}: ${String(e.message).split("\n")[0]}`);
  }
}

function expect(truth, message) {
  if (!truth) throw new Error(message);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", `--ignore-certificate-errors-spki-list=${spki}`,
  ],
});

async function person(options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.problems.push(message.text());
  });
  return { context, page };
}

async function logIn(page, user, password) {
  await page.getByRole("link", { name: "User name and password" }).click();
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

const alice = await person();
await check("an application's own host leads to the login and back", async () => {
  await alice.page.goto(`${app}/board?x=1`);
  expect(alice.page.url().startsWith(`${portal}/gatehouse/login`), `at ${alice.page.url()}`);
  await alice.page.screenshot({ path: `${folder}/choose.png` });
  await logIn(alice.page, "alice", "secret of alice");
  await alice.page.waitForURL(`${app}/board?x=1`);
  const text = await alice.page.locator("body").innerText();
  expect(text.includes("X-Remote-User: alice"), text);
  expect(!text.includes("gatehouse-session"), "the application sees the session's cookie");
});

await check("the session's cookies are the browser's own secret", async () => {
  const cookies = (await alice.context.cookies([portal, app])).filter((c) => c.name.includes("session"));
  expect(cookies.length === 2, `${cookies.length} cookies`);
  for (const c of cookies) {
    expect(c.name.startsWith("__Host-") && c.httpOnly && c.secure && c.sameSite === "Lax" && c.path === "/",
      JSON.stringify({ ...c, value: "" }));
  }
  expect((await alice.page.evaluate(() => document.cookie)) === "", "a script sees cookies");
});

await check("the portal shows who it is and breaks no rule of its own", async () => {
  alice.page.problems = [];
  await alice.page.goto(`${portal}/gatehouse/`);
  expect(await alice.page.getByRole("heading", { name: "Your clusters" }).isVisible(), "no heading");
  expect((await alice.page.locator("body").innerText()).includes("alice"), "no name");
  await alice.page.screenshot({ path: `${folder}/clusters.png`, fullPage: true });
  expect(alice.page.problems.length === 0, alice.page.problems.join("; "));
});

await check("it is usable by keyboard alone", async () => {
  await alice.page.goto(`${portal}/gatehouse/`);
  await alice.page.keyboard.press("Tab");
  expect((await alice.page.evaluate(() => document.activeElement.textContent)) === "Skip to content", "no skip link");
  for (let i = 0; i < 3; i++) await alice.page.keyboard.press("Tab");
  expect((await alice.page.evaluate(() => document.activeElement.textContent)) === "Tokens", "Tokens is not third");
  await alice.page.keyboard.press("Enter");
  await alice.page.waitForURL(`${portal}/gatehouse/tokens`);
});

await check("a token is made, shown once, and revoked", async () => {
  await alice.page.goto(`${portal}/gatehouse/tokens`);
  await alice.page.getByLabel("Name", { exact: true }).fill("robot");
  await alice.page.getByRole("button", { name: "Make the token" }).click();
  const token = (await alice.page.locator("pre").innerText()).trim();
  expect(/^gatehouse_/.test(token), "no token");
  writeFileSync(`${folder}/token`, token);
  await alice.page.screenshot({ path: `${folder}/tokens.png`, fullPage: true });
  await alice.page.goto(`${portal}/gatehouse/tokens`);
  expect(!(await alice.page.content()).includes(token), "it is shown again");
});

await check("the kubeconfig is downloaded", async () => {
  await alice.page.goto(`${portal}/gatehouse/`);
  const download = alice.page.waitForEvent("download");
  await alice.page.getByRole("button", { name: "Download one for all clusters" }).click();
  await (await download).saveAs(`${folder}/kubeconfig.yaml`);
});

await check("pages in dark look dark, and fit a telephone", async () => {
  const other = await person({ colorScheme: "dark", viewport: { width: 360, height: 640 }, storageState: await alice.context.storageState() });
  await other.page.goto(`${portal}/gatehouse/`);
  const colour = await other.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(colour === "rgb(18, 24, 30)", colour);
  await other.page.screenshot({ path: `${folder}/dark.png`, fullPage: true });
  await other.context.close();
});

await check("everything works without JavaScript", async () => {
  const other = await person({ javaScriptEnabled: false });
  await other.page.goto(`${portal}/gatehouse/`);
  await logIn(other.page, "bob", "secret of bob");
  await other.page.waitForURL(`${portal}/gatehouse/`);
  expect((await other.page.content()).includes("bob"), "no name");
  await other.page.getByRole("button", { name: "Log out" }).click();
  expect((await other.page.content()).includes("You are logged out."), "not logged out");
  await other.page.goto(`${portal}/gatehouse/`);
  expect(other.page.url().includes("/gatehouse/login"), "still known");
  await other.context.close();
});

await check("a program elsewhere logs in by a code that is typed in, without JavaScript", async () => {
  const other = await person({ javaScriptEnabled: false });
  const program = spawn("sh", ["-c", process.env.DEVICE_LOGIN]);
  let said = "", printed = "";
  program.stdout.on("data", (data) => (printed += data));
  const ended = new Promise((resolve) => program.on("close", resolve));
  const code = await new Promise((resolve, reject) => {
    program.stderr.on("data", (data) => {
      said += data;
      const shown = /^ {2}([A-Z]{4}-[A-Z]{4})$/m.exec(said);
      if (shown) resolve(shown[1]);
    });
    ended.then(() => reject(new Error(said)));
  });
  await other.page.goto(`${portal}/gatehouse/device`);
  await logIn(other.page, "bob", "secret of bob");
  await other.page.waitForURL(`${portal}/gatehouse/device`);
  await other.page.getByLabel("The code that your program shows").fill(code.toLowerCase());
  await other.page.screenshot({ path: `${folder}/device-code.png`, fullPage: true });
  await other.page.getByRole("button", { name: "Go on" }).click();
  const text = await other.page.locator("main").innerText();
  expect(text.includes(code) && text.includes("127.0.0.1") && text.includes("bob"), text);
  await other.page.screenshot({ path: `${folder}/device-answer.png`, fullPage: true });
  await other.page.getByRole("button", { name: "Yes, let it log in" }).click();
  expect((await other.page.content()).includes("Your program is logged in"), "it is not");
  expect((await ended) === 0 && printed.includes("as bob until"), said + printed);
  expect(other.page.problems.length === 0, other.page.problems.join("; "));
  await other.context.close();
});

await check("a hostile page reads and does nothing at another target, the portal and the token API", async () => {
  await alice.page.goto(`${evil}/`);
  if (alice.page.url().includes("/gatehouse/login")) throw new Error("alice should be known");
  const seen = await alice.page.evaluate(async ({ portal, app }) => {
    const tries = {};
    const attempt = async (name, url, options) => {
      try {
        const answer = await fetch(url, { credentials: "include", ...options });
        tries[name] = `${answer.type} ${answer.status} ${(await answer.text()).slice(0, 80)}`;
      } catch (e) {
        tries[name] = "refused";
      }
    };
    await attempt("read app", `${app}/board`, {});
    await attempt("write app", `${app}/do`, { method: "POST", body: "x" });
    await attempt("write app blindly", `${app}/do`, { method: "POST", body: "x", mode: "no-cors" });
    await attempt("read portal", `${portal}/gatehouse/`, {});
    await attempt("list tokens", `${portal}/gatehouse/api/v1/tokens`, {});
    await attempt("make token", `${portal}/gatehouse/api/v1/tokens`,
      { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"name":"evil"}' });
    await attempt("make token by form", `${portal}/gatehouse/tokens`,
      { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "name=evil&days=3", mode: "no-cors" });
    tries.socket = await new Promise((resolve) => {
      const socket = new WebSocket(`${app.replace("https", "wss")}/socket`);
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("refused");
    });
    return tries;
  }, { portal, app });
  for (const [name, answer] of Object.entries(seen)) {
    const blind = answer.startsWith("opaque 0");
    expect(answer === "refused" || blind, `${name}: ${answer}`);
  }
  await alice.page.goto(`${portal}/gatehouse/tokens`);
  expect(!(await alice.page.content()).includes("evil"), "a token was made");
});

await check("a form of a hostile page is refused", async () => {
  await alice.page.goto(`${evil}/`);
  await alice.page.setContent(`<form method="post" action="${portal}/gatehouse/tokens"><input name="name" value="evil"><input name="days" value="3"><button>x</button></form>`);
  const answer = alice.page.waitForResponse((r) => r.url() === `${portal}/gatehouse/tokens`);
  await alice.page.getByRole("button").click();
  const { status, location } = { status: (await answer).status(), location: (await answer).headers().location ?? "" };
  expect(status === 403 || (status === 303 && location.startsWith("/gatehouse/login")), `status ${status}`);
  await alice.page.goto(`${portal}/gatehouse/tokens`);
  expect(!(await alice.page.content()).includes("evil"), "a token was made");
});

await check("the portal is shown in no frame", async () => {
  await alice.page.goto(`${evil}/`);
  await alice.page.setContent(`<iframe src="${portal}/gatehouse/tokens"></iframe>`);
  await alice.page.waitForLoadState("networkidle");
  const inside = await alice.page.frames()[1].evaluate(() => document.body?.innerText ?? "").catch(() => "");
  expect(!inside.includes("API tokens"), "it is");
});

await check("two tabs log in at once, fifty times, and leave nothing behind", async () => {
  const { context, page: one } = await person();
  const two = await context.newPage();
  for (let i = 0; i < 50; i++) {
    await one.goto(`${portal}/gatehouse/login/staff`);
    await two.goto(`${portal}/gatehouse/login/staff`);
    for (const tab of [one, two]) {
      await tab.getByLabel("User name").fill("bob");
      await tab.getByLabel("Password").fill("secret of bob");
      await tab.getByRole("button", { name: "Log in" }).click();
      await tab.waitForURL(`${portal}/gatehouse/`);
    }
  }
  const left = (await context.cookies()).map((c) => c.name);
  expect(left.length === 1 && left[0] === "__Host-gatehouse-session", left.join(", "));
  await context.close();
});

await check("logging out ends the application's session too", async () => {
  await alice.page.goto(`${portal}/gatehouse/`);
  await alice.page.getByRole("button", { name: "Log out" }).click();
  await alice.page.goto(`${app}/board`);
  expect(alice.page.url().startsWith(`${portal}/gatehouse/login`), `at ${alice.page.url()}`);
});

await browser.close();
process.exit(failed === 0 ? 0 : 1);
