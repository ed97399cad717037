// Alice at the portal by Keycloak, in a real browser, and an administrator at Keycloak.
//   PORTAL= APP= KEYCLOAK= PASSWORD= FOLDER= SPKI= keycloak.mjs
// FOLDER is where oidc.sh keeps everything, PASSWORD that of Keycloak's own administrator, admin.
// Prints `ok NAME` or `not ok NAME: why` for each check.
import { readFileSync } from "node:fs";
import { check, expect, failed, launch, person as somebody, records, SOON, until } from "./checks.mjs";

const { PORTAL: portal, APP: app, KEYCLOAK: keycloak, PASSWORD: password, FOLDER: folder, SPKI: spki } = process.env;
const RENEWAL = 5_000; // session-renew
const browser = await launch(spki);
const person = () => somebody(browser);
const text = (page) => page.locator("main").innerText();

// --- in the browser ------------------------------------------------------

/** Keycloak's own page, up to where it leads then. */
async function atKeycloak(page, user) {
  await page.waitForURL((url) => url.origin === keycloak);
  await page.locator("#username").fill(user);
  await page.locator("#password").fill("password");
  await page.locator("#kc-login").click();
  await page.waitForURL((url) => url.origin !== keycloak);
}

async function begin(page) {
  await page.goto(`${portal}/gatehouse/`);
  await page.getByRole("link", { name: "Corporate login" }).click();
}

async function logIn(user) {
  const one = await person();
  await begin(one.page);
  await atKeycloak(one.page, user);
  await one.page.waitForURL(`${portal}/gatehouse/`);
  return one;
}

async function isIn(page) {
  const answer = await page.request.get(`${portal}/gatehouse/`, { maxRedirects: 0 });
  expect(answer.status() === 200 || answer.status() === 303, `status ${answer.status()}`);
  return answer.status() === 200;
}

const isOut = (page, milliseconds) => until(async () => !(await isIn(page)), milliseconds, "she is out");

const gatehouseCookies = async (context) => (await context.cookies(portal)).map((c) => c.name).filter((name) => name.includes("gatehouse"));

// --- at Keycloak ---------------------------------------------------------

async function administrator(method, path, body) {
  const given = await fetch(`${keycloak}/realms/master/protocol/openid-connect/token`, {
    method: "POST", body: new URLSearchParams({ grant_type: "password", client_id: "admin-cli", username: "admin", password }),
  });
  const answer = await fetch(`${keycloak}/admin/realms/corp${path}`, {
    method,
    headers: { Authorization: `Bearer ${(await given.json()).access_token}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  expect(answer.ok, `${method} ${path} answered ${answer.status}`);
  const text = await answer.text();
  return text && JSON.parse(text);
}

const account = async (user) => (await administrator("GET", `/users?username=${user}&exact=true`))[0].id;

const recorded = (from, ...words) => until(
  () => records(`${folder}/home`).slice(from).some((record) => words.every((word) => JSON.stringify(record).includes(word))),
  SOON, `no record says ${words.join(", ")}`);

const refreshes = () => readFileSync(`${folder}/issuer.log`, "utf8").split("\n")
  .filter((line) => line.includes('type="REFRESH_TOKEN"') && line.includes('clientId="gatehouse"')).length;

// --- the checks ----------------------------------------------------------

let alice;
await check("keycloak: an application's own host leads to its login and back", async () => {
  alice = await person();
  await alice.page.goto(`${app}/board?x=1`);
  const asked = new URL((await alice.page.request.get(`${portal}/gatehouse/login/corp`, { maxRedirects: 0 })).headers().location);
  expect(asked.origin === keycloak && asked.searchParams.get("code_challenge_method") === "S256"
    && asked.searchParams.get("state") && asked.searchParams.get("nonce"), asked.search);
  await alice.page.getByRole("link", { name: "Corporate login" }).click();
  await atKeycloak(alice.page, "alice");
  await alice.page.waitForURL(`${app}/board?x=1`);
  const seen = await alice.page.locator("body").innerText();
  expect(seen.includes("X-Remote-User: corp:alice") && seen.includes("X-Remote-Group: corp:dev"), seen);
});

await check("keycloak: the portal says who she is and in which groups", async () => {
  await alice.page.goto(`${portal}/gatehouse/`);
  const seen = await text(alice.page);
  expect(/corp:alice/.test(seen) && /corp:dev/.test(seen), seen);
  await alice.page.screenshot({ path: `${folder}/keycloak.png`, fullPage: true });
});

await check("keycloak: her groups change with Keycloak's within session-renew", async () => {
  const group = (await administrator("POST", "/groups", { name: "night" }), await administrator("GET", "/groups?search=night"))[0];
  await administrator("PUT", `/users/${await account("alice")}/groups/${group.id}`);
  await until(async () => {
    const answer = await alice.page.request.get(`${portal}/gatehouse/`);
    return (await answer.text()).includes("corp:night");
  }, RENEWAL + SOON, "she is in the new group");
  await alice.context.close();
});

await check("keycloak: an answer that was used is refused and says so", async () => {
  const { context, page } = await person();
  let callback;
  page.on("request", (request) => {
    if (request.url().includes("/login/corp/callback")) callback = request.url();
  });
  await begin(page);
  await atKeycloak(page, "alice");
  await page.waitForURL(`${portal}/gatehouse/`);
  const answer = await page.goto(callback);
  expect(answer.status() === 400 && (await page.content()).includes("already been used"), `status ${answer.status()}`);
  await context.close();
});

await check("keycloak: the session is renewed by the refresh token, which is another each time", async () => {
  const one = await logIn("alice");
  const before = refreshes();
  await until(async () => {
    expect(await isIn(one.page), "she is out");
    return refreshes() >= before + 3;
  }, 6 * RENEWAL, "three renewals");
  expect(await isIn(one.page), "she is out");
  await one.context.close();
});

await check("keycloak: many requests at once renew it once", async () => {
  const one = await logIn("alice");
  const before = refreshes();
  await until(async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => isIn(one.page)));
    expect(answers.every((good) => good), "she is out");
    return refreshes() > before;
  }, 2 * RENEWAL, "a renewal");
  expect(refreshes() - before === 1, `${refreshes() - before} times`);
  await one.context.close();
});

await check("keycloak: two tabs log in at once", async () => {
  const { context, page: one } = await person();
  const two = await context.newPage();
  for (const tab of [one, two]) {
    await begin(tab);
    await tab.locator("#username").waitFor();
  }
  await atKeycloak(one, "alice");
  await one.waitForURL(`${portal}/gatehouse/`);
  // Keycloak's page in the other tab notices that by itself.
  await two.waitForURL((url) => url.origin === portal).catch(() => {});
  expect(two.url() === `${portal}/gatehouse/`, `at ${two.url()}: ${await two.locator("body").innerText()}`);
  for (const tab of [one, two]) {
    expect((await text(tab)).includes("corp:alice"), await text(tab));
  }
  const left = await gatehouseCookies(context);
  expect(left.length === 1 && left[0] === "__Host-gatehouse-session", left.join(", "));
  await context.close();
});

await check("keycloak: a second tab's page that is sent anyway leads in as well", async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: false });
  context.setDefaultTimeout(20_000);
  const [one, two] = [await context.newPage(), await context.newPage()];
  for (const tab of [one, two]) {
    await begin(tab);
    await tab.locator("#username").waitFor();
  }
  await atKeycloak(one, "alice");
  await one.waitForURL(`${portal}/gatehouse/`);
  await two.locator("#username").fill("alice");
  await two.locator("#password").fill("password");
  await two.locator("#kc-login").click();
  await two.waitForURL((url) => url.origin === portal).catch(() => {});
  expect(two.url() === `${portal}/gatehouse/`, `at ${two.url()}: ${await two.locator("body").innerText()}`);
  const left = await gatehouseCookies(context);
  expect(left.length === 1 && left[0] === "__Host-gatehouse-session", left.join(", "));
  await context.close();
});

await check("keycloak: logging out here ends the session there, and it asks for the password again", async () => {
  const one = await logIn("alice");
  await one.page.getByRole("button", { name: "Log out" }).click();
  await one.page.waitForURL(`${portal}/gatehouse/login`);
  expect(!(await isIn(one.page)), "she is still in");
  await one.page.goto(`${app}/board`);
  expect(one.page.url().startsWith(`${portal}/gatehouse/login`), `at ${one.page.url()}`);
  await one.page.getByRole("link", { name: "Corporate login" }).click();
  await one.page.locator("#password").waitFor();
  await one.context.close();
});

await check("keycloak: a session that its administrator ends is over, and no other of hers", async () => {
  const from = records(`${folder}/home`).length;
  const id = await account("alice");
  const other = await logIn("alice");
  const before = (await administrator("GET", `/users/${id}/sessions`)).map((session) => session.id);
  const one = await logIn("alice");
  const its = (await administrator("GET", `/users/${id}/sessions`)).find((session) => !before.includes(session.id));
  await administrator("DELETE", `/sessions/${its.id}`);
  await isOut(one.page, SOON);
  await recorded(from, "logged out at the provider: 1 sessions ended");
  expect(await isIn(other.page), "she is out in the other browser");
  await one.context.close();
  await other.context.close();
});

await check("keycloak: an administrator who logs her out there ends all of her sessions, and nobody else's", async () => {
  const bob = await logIn("bob");
  const hers = [await logIn("alice"), await logIn("alice")];
  await administrator("POST", `/users/${await account("alice")}/logout`);
  for (const one of hers) {
    await isOut(one.page, SOON);
    await one.context.close();
  }
  expect(await isIn(bob.page), "bob is out");
  await bob.context.close();
});

await check("keycloak: a disabled account is out within session-renew, and is let in no more", async () => {
  const one = await logIn("alice");
  await administrator("PUT", `/users/${await account("alice")}`, { enabled: false });
  await isOut(one.page, RENEWAL + SOON);
  const log = readFileSync(`${folder}/gatehouse.log`, "utf8");
  expect(log.includes("corp:alice by corp has ended: the issuer does not take"), "the log does not say why");
  await begin(one.page);
  await one.page.locator("#username").fill("alice");
  await one.page.locator("#password").fill("password");
  await one.page.locator("#kc-login").click();
  await one.page.getByText("Account is disabled").waitFor();
  await one.context.close();
});

await browser.close();
process.exit(failed() === 0 ? 0 : 1);
