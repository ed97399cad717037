// A person with a browser at web UIs behind the API server's service proxy.
//   pages.mjs HOST-TARGET PORTAL FOLDER CA-SPKI
// Prints `ok NAME` or `not ok NAME: why` for each check.
import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";

const [own, portal, folder, spki] = process.argv.slice(2);
const services = "/api/v1/namespaces/default/services";
let failed = 0;

async function check(name, what) {
  try {
    await what();
    console.log(`ok ${name}`);
  } catch (e) {
    failed++;
    console.log(`not ok ${name}: ${String(e.message).split("\n").slice(0, 3).join(" ")}`);
  }
}

function expect(truth, message) {
  if (!truth) throw new Error(message);
}

// Another site, which keeps what it is shown.
let shown;
const tls = `${folder}/home/tls/server`;
const elsewhere = createServer({ key: readFileSync(`${tls}.key`), cert: readFileSync(`${tls}.crt`) }, (request, answer) => {
  shown = request.url === "/" ? request.headers : shown;
  answer.end("elsewhere");
});
await new Promise((done) => elsewhere.listen(0, "127.0.0.1", done));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", `--ignore-certificate-errors-spki-list=${spki}`,
    `--host-resolver-rules=MAP elsewhere.example.com:443 127.0.0.1:${elsewhere.address().port}`,
  ],
});

async function person() {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  page.problems = [];
  page.on("console", (message) => {
    const asked = message.location().url;
    if (message.type() === "error" && !asked.endsWith("/favicon.ico")) page.problems.push(`${message.text()} ${asked}`);
  });
  page.on("pageerror", (error) => page.problems.push(String(error)));
  return { context, page };
}

async function logIn(page, user) {
  await page.getByRole("link", { name: "User name and password" }).click();
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(`secret of ${user}`);
  await page.getByRole("button", { name: "Log in" }).click();
}

async function webUi(where, root) {
  const { context, page } = await person();
  const ui = `${root}${services}/http:ui:80/proxy`;
  await check(`${where}: a service's page leads to the login and back`, async () => {
    await page.goto(`${ui}/`);
    expect(page.url().startsWith(`${portal}/gatehouse/login`), `at ${page.url()}`);
    await logIn(page, "alice");
    await page.waitForURL(`${ui}/`);
  });
  await check(`${where}: its style and its script are there, and the script can ask it`, async () => {
    await page.waitForFunction(() => document.title.startsWith("the script read"));
    expect((await page.title()) === "the script read 25", await page.title());
    const colour = await page.evaluate(() => getComputedStyle(document.querySelector("p")).color);
    expect(colour === "rgb(1, 2, 3)", colour);
  });
  await check(`${where}: its link leads to its own pages`, async () => {
    await page.getByRole("link", { name: "next" }).click();
    await page.waitForURL(`${ui}/next?a=1&b=2`);
  });
  await check(`${where}: its form is sent, its redirect followed, and its cookie comes back`, async () => {
    await page.getByRole("button", { name: "log in" }).click();
    await page.waitForURL(`${ui}/`);
    const cookie = await page.locator("#cookie").innerText();
    expect(cookie === "sid=1", `it sees ${cookie}`);
  });
  await check(`${where}: its cookie is for its own paths alone`, async () => {
    const cookie = (await context.cookies()).find((one) => one.value === "1");
    expect(cookie && cookie.path === `${new URL(ui).pathname}/`, JSON.stringify(cookie));
  });
  await check(`${where}: a redirect to another host shows that one nothing`, async () => {
    shown = undefined;
    await page.goto(`${ui}/away`);
    expect(page.url() === "https://elsewhere.example.com/", `at ${page.url()}`);
    expect(shown && !shown.cookie && !shown.authorization && !(shown.referer ?? "").includes("/proxy/"), JSON.stringify(shown));
  });
  await check(`${where}: the browser complains of nothing`, async () => {
    expect(page.problems.length === 0, page.problems.join("; "));
  });
  await page.goto(`${ui}/`);
  await page.screenshot({ path: `${folder}/ui-${where.replace(/ /g, "-")}.png` });
  return { context, page };
}

const alice = await webUi("own host", own);
await check("own host: Prometheus answers a query", async () => {
  const page = alice.page;
  await page.goto(`${own}${services}/http:prometheus:80/proxy/`);
  expect(page.url().includes("/proxy/classic/graph"), `at ${page.url()}`);
  await page.locator("textarea").first().fill("up");
  await page.getByRole("button", { name: "Execute" }).click();
  await page.getByText('up{instance=').first().waitFor();
  await page.screenshot({ path: `${folder}/prometheus-own-host.png` });
});
await check("own host: the links of Prometheus lead to its pages", async () => {
  await alice.page.getByRole("button", { name: "Status" }).or(alice.page.getByText("Status", { exact: true })).first().click();
  await alice.page.getByRole("link", { name: "Targets" }).click();
  await alice.page.getByText("itself").first().waitFor();
});

const shared = await webUi("shared origin", `${portal}/clusters/shared`);
await check("shared origin: a page of Prometheus is whole", async () => {
  const page = shared.page;
  const lost = [];
  page.on("response", (answer) => {
    if (answer.status() >= 400 && answer.url().includes("/static/")) lost.push(`${answer.status()} ${answer.url()}`);
  });
  await page.goto(`${portal}/clusters/shared${services}/http:prometheus:80/proxy/classic/config`);
  await page.getByText("job_name: itself").waitFor();
  await page.screenshot({ path: `${folder}/prometheus-shared-origin.png` });
  expect(lost.length === 0, lost.join("; "));
});

await check("a path without shared-origin takes no session", async () => {
  const answer = await shared.page.goto(`${portal}/clusters/apart${services}/http:ui:80/proxy/`);
  expect(answer.status() === 403, `${answer.status()}`);
});

const bob = await person();
await check("who may not reach the service's pages is told so", async () => {
  await bob.page.goto(`${own}${services}/http:ui:80/proxy/`);
  await logIn(bob.page, "bob");
  await bob.page.waitForURL(`${own}${services}/http:ui:80/proxy/`);
  const text = await bob.page.locator("body").innerText();
  expect(text.includes('User \\"bob\\" cannot get resource \\"services/proxy\\"'), text);
});
await check("but the service itself he sees", async () => {
  const answer = await bob.page.goto(`${own}${services}/ui`);
  expect(answer.status() === 200 && (await answer.json()).metadata.name === "ui", `${answer.status()}`);
});

await browser.close();
elsewhere.close();
process.exit(failed ? 1 : 0);
