// Alice at the portal by each method, in a real browser and with a real kubectl.
//   PORTAL= APP= PAGES= ISSUER= DIRECTORY= FOLDER= SPKI= KUBECTL= logins.mjs
// FOLDER is where logins.sh keeps everything. Prints `ok NAME` or `not ok NAME: why` for each check.
import { chromium } from "playwright-core";
import { execFile, spawn } from "node:child_process";
import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

const { PORTAL: portal, APP: app, PAGES: pages, ISSUER: issuer, DIRECTORY: directory, FOLDER: folder, SPKI: spki,
  KUBECTL: kubectlPath } = process.env;
const RENEWAL = 5_000; // session-renew
const SOON = 10_000; // what ends at once does so within two seconds; the machine may be busy
let failed = 0;

async function check(name, what) {
  try {
    await what();
    console.log(`ok ${name}`);
  } catch (e) {
    failed++;
    console.log(`not ok ${name}: ${String(e.message).replaceAll("\n", " ").slice(0, 600)}`);
  }
}

function expect(truth, message) {
  if (!truth) throw new Error(message);
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 50));

/** Waits until it is so, and says how many milliseconds that took. */
async function until(what, milliseconds, message) {
  const begun = Date.now();
  for (;;) {
    const found = await what();
    if (found) return found === true ? Date.now() - begun : found;
    if (Date.now() - begun > milliseconds) throw new Error(`not within ${milliseconds} ms: ${message}`);
    await turn();
  }
}

// --- browsers ------------------------------------------------------------

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", `--ignore-certificate-errors-spki-list=${spki}`,
    // The issuer's pages want a font from far away.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
  ],
});

async function person() {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  context.setDefaultTimeout(20_000);
  return { context, page: await context.newPage() };
}

/** The issuer's own pages, up to where Gatehouse leads then. */
async function atIssuer(page, user) {
  await page.waitForURL((url) => url.origin === issuer);
  if (await page.getByPlaceholder("Enter any login").isVisible()) {
    await page.getByPlaceholder("Enter any login").fill(user);
    await page.getByPlaceholder("and password").fill("password");
    await page.getByRole("button", { name: "Sign-in" }).click();
  }
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL((url) => url.origin !== issuer);
}

async function byIssuer(user) {
  const somebody = await person();
  await somebody.page.goto(`${portal}/gatehouse/`);
  await somebody.page.getByRole("link", { name: "Corporate login" }).click();
  await atIssuer(somebody.page, user);
  await somebody.page.waitForURL(`${portal}/gatehouse/`);
  return somebody;
}

async function byForm(link, user, password) {
  const somebody = await person();
  await somebody.page.goto(`${portal}/gatehouse/`);
  await somebody.page.getByRole("link", { name: link, exact: true }).click();
  await somebody.page.getByLabel("User name").fill(user);
  await somebody.page.getByLabel("Password").fill(password);
  await somebody.page.getByRole("button", { name: "Log in" }).click();
  await somebody.page.waitForURL(`${portal}/gatehouse/`);
  return somebody;
}

const text = (page) => page.locator("main").innerText();

async function download(page, name) {
  await page.goto(`${portal}/gatehouse/`);
  const coming = page.waitForEvent("download");
  await page.getByRole("row").filter({ hasText: "/clusters/e2e" }).getByRole("button", { name: "Download" }).click();
  const file = `${folder}/${name}.kubeconfig`;
  await (await coming).saveAs(file);
  return file;
}

async function isIn(page) {
  const answer = await page.request.get(`${portal}/gatehouse/`, { maxRedirects: 0 });
  expect(answer.status() === 200 || answer.status() === 303, `status ${answer.status()}`);
  return answer.status() === 200;
}

async function logOut(page) {
  await page.goto(`${portal}/gatehouse/`);
  await page.getByRole("button", { name: "Log out" }).click();
}

/** A watch in a page of the cluster's own host. */
async function watchInPage({ context }) {
  const page = await context.newPage();
  await page.goto(`${pages}/version`);
  expect((await page.content()).includes("gitVersion"), `at ${page.url()}: ${await page.content()}`);
  await page.evaluate(async () => {
    window.ended = false;
    const answer = await fetch("/api/v1/namespaces/default/services?watch=1");
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const reader = answer.body.getReader();
    await reader.read(); // the service that every cluster has
    (async () => {
      try {
        while (!(await reader.read()).done);
      } catch {}
      window.ended = true;
    })();
  });
  return { hasEnded: () => page.evaluate(() => window.ended), close: () => page.close() };
}

// --- programs and records ------------------------------------------------

async function kubectl(config, ...args) {
  try {
    const { stdout, stderr } = await promisify(execFile)(kubectlPath, ["--kubeconfig", config, "--request-timeout=20s", ...args]);
    return stdout + stderr;
  } catch (e) {
    return `${e.stdout}${e.stderr}`;
  }
}

async function says(pattern, config, ...args) {
  const out = await kubectl(config, ...args);
  expect(pattern.test(out), `expected ${pattern}, got: ${out}`);
}

/** A `kubectl get … --watch` whose request is on record as open. */
async function watch(config) {
  const before = records().length;
  const process = spawn(kubectlPath, ["--kubeconfig", config, "get", "services", "--watch"], { stdio: ["ignore", "pipe", "pipe"] });
  const it = { ended: false, out: "" };
  process.stdout.on("data", (data) => (it.out += data));
  process.stderr.on("data", (data) => (it.out += data));
  process.on("exit", () => (it.ended = true));
  await until(() => it.ended || (it.out.includes("kubernetes") && records().slice(before).some((r) => r.kind === "open")),
    20_000, `the watch does not begin: ${it.out}`);
  expect(!it.ended, it.out);
  it.kill = () => process.kill();
  return it;
}

function records() {
  const root = `${folder}/home/data/audit-file`;
  return readdirSync(root, { recursive: true }).filter((name) => name.endsWith(".jsonl")).sort()
    .flatMap((name) => readFileSync(`${root}/${name}`, "utf8").split("\n").slice(0, -1)).map((line) => JSON.parse(line));
}

/** A record has all of these words, behind the first `from`. */
const recorded = (from, ...words) => until(
  () => records().slice(from).some((record) => words.every((word) => JSON.stringify(record).includes(word))),
  10_000, `no record says ${words.join(", ")}`);

const issuerSays = (line) => readFileSync(`${folder}/issuer.log`, "utf8").split("\n").filter((l) => l.includes(line)).length;

// --- the checks ----------------------------------------------------------

let alice;
await check("oidc: an application's own host leads to the issuer's login and back", async () => {
  alice = await person();
  await alice.page.goto(`${app}/board?x=1`);
  await alice.page.getByRole("link", { name: "Corporate login" }).click();
  const asked = new URL((await alice.page.request.get(`${portal}/gatehouse/login/corp`, { maxRedirects: 0 })).headers().location);
  expect(asked.searchParams.get("code_challenge_method") === "S256" && asked.searchParams.get("state")
    && asked.searchParams.get("nonce"), asked.search);
  await atIssuer(alice.page, "alice");
  await alice.page.waitForURL(`${app}/board?x=1`);
  const seen = await alice.page.locator("body").innerText();
  expect(seen.includes("X-Remote-User: corp:alice") && seen.includes("X-Remote-Group: corp:dev"), seen);
});

await check("oidc: the portal says who she is, and no attempt is left behind", async () => {
  await alice.page.goto(`${portal}/gatehouse/`);
  const seen = await text(alice.page);
  expect(/corp:alice/.test(seen) && /corp:dev, corp:ops/.test(seen) && /\bcorp\b/.test(seen), seen);
  await alice.page.screenshot({ path: `${folder}/oidc.png`, fullPage: true });
});

let config;
await check("oidc: her kubeconfig is downloaded, and kubectl gets what she may see", async () => {
  config = await download(alice.page, "oidc");
  await says(/^kubernetes /m, config, "get", "services");
  await says(/No resources found in default namespace/, config, "get", "pods");
});

await check("oidc: a kubeconfig without a secret has kubectl log in at the provider by itself", async () => {
  await alice.page.goto(`${portal}/gatehouse/`);
  const coming = alice.page.waitForEvent("download");
  await alice.page.getByRole("link", { name: "Download one that logs in at the provider" }).click();
  const file = `${folder}/provider.kubeconfig`;
  await (await coming).saveAs(file);
  const { stdout } = await promisify(execFile)(kubectlPath, ["--kubeconfig", file, "config", "view", "--raw", "-o", "jsonpath={.users[0].user}"]);
  const { exec, ...more } = JSON.parse(stdout);
  expect(Object.keys(more).length === 0, `more than a command: ${Object.keys(more)}`);
  const words = [exec.command, ...exec.args].join(" ");
  expect(/^kubectl oidc-login get-token --oidc-issuer-url=\S+ --oidc-client-id=kubectl( --oidc-extra-scope=\w+)+$/.test(words), words);
});

await check("oidc: kubectl says who she is", async () => {
  await says(/^Username +corp:alice$/m, config, "auth", "whoami");
  await says(/corp:dev.*corp:ops/, config, "auth", "whoami");
});

await check("oidc: she may not delete, though the cluster would let her", async () =>
  says(/services "kubernetes" is forbidden: User "corp:alice" cannot delete .*Gatehouse/, config, "delete", "service", "kubernetes"));

await check("oidc: a running watch ends when she revokes the token, and its record says why", async () => {
  const from = records().length;
  const running = await watch(config);
  await alice.page.goto(`${portal}/gatehouse/tokens`);
  await alice.page.getByRole("row").filter({ hasText: "kubeconfig" }).getByRole("button", { name: "Revoke" }).click();
  await until(() => running.ended, SOON, "the watch ends").finally(() => running.kill());
  await recorded(from, '"kind":"close"', "revoked by its owner", "corp:alice");
});

await check("oidc: kubectl is refused then", async () => says(/Unauthorized/, config, "get", "pods"));

await check("an administrator ends her access: watches of kubectl and pages end, and their records say who did it", async () => {
  const from = records().length;
  config = await download(alice.page, "oidc");
  const running = await watch(config);
  const inPage = await watchInPage(alice);
  const root = await byForm("Administrators", "root", "secret of root");
  await root.page.goto(`${portal}/gatehouse/people?user=corp:alice`);
  await root.page.screenshot({ path: `${folder}/people.png`, fullPage: true });
  await root.page.getByRole("button", { name: "End all sessions and tokens" }).click();
  await until(() => running.ended, SOON, "kubectl's watch ends").finally(() => running.kill());
  await until(inPage.hasEnded, SOON, "the page's watch ends");
  await recorded(from, '"kind":"close"', "ended by root", '"target":"e2e"');
  await recorded(from, '"kind":"close"', "ended by root", '"target":"pages"');
  expect(!(await isIn(alice.page)), "she is still in");
  await says(/Unauthorized/, config, "get", "pods");
  await root.context.close();
  await alice.context.close();
});

await check("oidc: two tabs log in at once", async () => {
  const { context, page: one } = await person();
  const two = await context.newPage();
  for (const tab of [one, two]) {
    await tab.goto(`${portal}/gatehouse/`);
    await tab.getByRole("link", { name: "Corporate login" }).click();
    await tab.waitForURL((url) => url.origin === issuer);
  }
  for (const tab of [one, two]) {
    await atIssuer(tab, "alice");
    await tab.waitForURL(`${portal}/gatehouse/`);
    expect((await text(tab)).includes("corp:alice"), "not her page");
  }
  const left = (await context.cookies(portal)).map((c) => c.name).filter((name) => name.includes("gatehouse"));
  expect(left.length === 1 && left[0] === "__Host-gatehouse-session", left.join(", "));
  await context.close();
});

await check("oidc: a page of an answer that was used is refused and says so", async () => {
  const { context, page } = await person();
  let callback;
  page.on("request", (request) => {
    if (request.url().includes("/login/corp/callback")) callback = request.url();
  });
  await page.goto(`${portal}/gatehouse/login/corp`);
  await atIssuer(page, "alice");
  await page.waitForURL(`${portal}/gatehouse/`);
  const answer = await page.goto(callback);
  expect(answer.status() === 400 && (await page.content()).includes("already been used"), `status ${answer.status()}`);
  await context.close();
});

await check("oidc: the session is renewed by the refresh token, which is another each time", async () => {
  const before = issuerSays("alice has used a refresh token");
  const somebody = await byIssuer("alice");
  await until(async () => {
    expect(await isIn(somebody.page), "she is out");
    return issuerSays("alice has used a refresh token") >= before + 3;
  }, 4 * RENEWAL, "three renewals");
  expect(await isIn(somebody.page), "she is out");
  await somebody.context.close();
});

await check("oidc: many requests at once renew it once", async () => {
  const somebody = await byIssuer("alice");
  const before = issuerSays("alice has used a refresh token");
  await until(async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => isIn(somebody.page)));
    expect(answers.every((good) => good), "she is out");
    return issuerSays("alice has used a refresh token") > before;
  }, 2 * RENEWAL, "a renewal");
  const times = issuerSays("alice has used a refresh token") - before;
  expect(times === 1, `${times} times`);
  await somebody.context.close();
});

await check("oidc: logging out here leads to the issuer's logout and back, and her watch ends", async () => {
  const from = records().length;
  const somebody = await byIssuer("alice");
  const inPage = await watchInPage(somebody);
  await logOut(somebody.page);
  await somebody.page.waitForURL((url) => url.origin === issuer);
  await until(inPage.hasEnded, SOON, "the page's watch ends");
  await recorded(from, '"kind":"close"', "logged out", '"target":"pages"');
  await somebody.page.getByRole("button", { name: "Yes, sign me out" }).click();
  await somebody.page.waitForURL(`${portal}/gatehouse/login`);
  await inPage.close();
  expect(!(await isIn(somebody.page)), "she is still in");
  await somebody.page.goto(`${app}/board`);
  expect(somebody.page.url().startsWith(`${portal}/gatehouse/login`), `at ${somebody.page.url()}`);
  await somebody.page.getByRole("link", { name: "Corporate login" }).click();
  await somebody.page.getByPlaceholder("Enter any login").waitFor(); // the issuer does not know her any more
  await somebody.context.close();
});

await check("oidc: a logout at the issuer ends that browser's session and its watch, and no other's", async () => {
  const from = records().length;
  const told = issuerSays("gatehouse was told that alice has logged out");
  const one = await byIssuer("alice");
  const other = await byIssuer("alice");
  const inPage = await watchInPage(one);
  const tab = await one.context.newPage();
  await tab.goto(`${issuer}/session/end`);
  await tab.getByRole("button", { name: "Yes, sign me out" }).click();
  await tab.waitForURL(`${issuer}/session/end/success*`);
  expect(issuerSays("gatehouse was told that alice has logged out") === told + 1, "the issuer could not tell it: "
    + readFileSync(`${folder}/issuer.log`, "utf8").split("\n").filter((l) => l.includes("could not be told")).join("; "));
  await until(inPage.hasEnded, SOON, "the page's watch ends");
  await recorded(from, '"kind":"close"', "logged out at the provider", '"target":"pages"');
  expect(!(await isIn(one.page)), "she is still in");
  expect(await isIn(other.page), "she is out in the other browser");
  await one.context.close();
  await other.context.close();
});

await check("oidc: a logout notice that nobody signed is refused", async () => {
  const { context, page } = await person();
  const answer = await page.request.post(`${portal}/gatehouse/login/corp/backchannel-logout`, { form: { logout_token: "e30.e30." } });
  expect(answer.status() === 400, `status ${answer.status()}`);
  await context.close();
});

await check("ldap: alice is somebody else by her directory, and kubectl knows", async () => {
  const somebody = await byForm("Directory", "alice", "Secret-of-alice1");
  expect((await text(somebody.page)).includes("dir:alice"), await text(somebody.page));
  const own = await download(somebody.page, "ldap");
  await says(/^Username +dir:alice$/m, own, "auth", "whoami");
  await says(/dir:dev/, own, "auth", "whoami");
  await says(/^kubernetes /m, own, "get", "services");
  await says(/User "dir:alice" cannot delete/, own, "delete", "service", "kubernetes");
  await logOut(somebody.page);
  expect((await text(somebody.page)).includes("You are logged out."), await text(somebody.page));
  expect(!(await isIn(somebody.page)), "she is still in");
  await somebody.context.close();
});

await check("htpasswd: alice of the file has neither the rights nor the tokens of the others", async () => {
  const corporate = await byIssuer("alice");
  await download(corporate.page, "corporate");
  const somebody = await byForm("Password", "alice", "secret of alice");
  expect((await text(somebody.page)).includes("local:alice"), await text(somebody.page));
  await somebody.page.goto(`${portal}/gatehouse/tokens`);
  expect((await somebody.page.getByRole("button", { name: "Revoke" }).count()) === 0, "she sees tokens");
  const own = await download(somebody.page, "local");
  await says(/User "local:alice" cannot list resource "pods"/, own, "get", "pods");
  await says(/^kubernetes /m, `${folder}/corporate.kubeconfig`, "get", "services");
  const tab = await somebody.context.newPage();
  const refused = await tab.goto(`${pages}/version`);
  expect(refused.status() === 403, `${refused.status()} at ${tab.url()}`);
  expect((await text(tab)).includes("pages does not take the way that you have logged in"), await text(tab));
  const ways = await tab.locator("main a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  expect(ways.length > 0 && ways.every((way) => way.includes("?to=%2Fgatehouse%2Fenter%3F")), ways.join(" "));
  await logOut(somebody.page);
  expect(!(await isIn(somebody.page)), "she is still in");
  expect(await isIn(corporate.page), "the other alice is out");
  await somebody.context.close();
  await corporate.context.close();
});

await check("ldap: whoever is locked in the directory is out within session-renew, tokens and watches too", async () => {
  const from = records().length;
  const somebody = await byForm("Directory", "alice", "Secret-of-alice1");
  const inPage = await watchInPage(somebody);
  const own = await download(somebody.page, "locked");
  const running = await watch(own);
  const change = spawn("ldapmodify", ["-x", "-H", directory, "-D", "cn=admin,dc=example,dc=org", "-w", "Secret-of-admin1"]);
  change.stdin.end("dn: uid=alice,ou=people,dc=example,dc=org\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n");
  await new Promise((resolve, reject) => change.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`ldapmodify ended with ${code}`)))));
  await until(inPage.hasEnded, RENEWAL + SOON, "the page's watch ends");
  await recorded(from, '"kind":"close"', "dir:alice", "the session has ended", '"target":"pages"');
  await until(() => running.ended, RENEWAL + SOON, "kubectl's watch ends").finally(() => running.kill());
  await recorded(from, '"kind":"close"', "dir:alice", "its owner may not log in: the account is locked", '"target":"e2e"');
  await says(/Unauthorized/, own, "get", "services");
  expect(!(await isIn(somebody.page)), "she is still in");
  await somebody.context.close();
});

await check("oidc: whoever has no account at the issuer any more is out within session-renew", async () => {
  const somebody = await byIssuer("alice");
  expect(await isIn(somebody.page), "she is not in");
  appendFileSync(`${folder}/gone`, "alice\n");
  await until(async () => !(await isIn(somebody.page)), RENEWAL + SOON, "she is out");
  await somebody.context.close();
});

await check("oidc: and so are watches of somebody who does nothing else", async () => {
  const from = records().length;
  const erin = await byIssuer("erin");
  const inPage = await watchInPage(erin);
  appendFileSync(`${folder}/gone`, "erin\n");
  await until(inPage.hasEnded, RENEWAL + SOON, "the page's watch ends");
  await recorded(from, '"kind":"close"', "corp:erin", "the session has ended", '"target":"pages"');
  expect(!(await isIn(erin.page)), "she is still in");
  await erin.context.close();
});

await browser.close();
process.exit(failed === 0 ? 0 : 1);
