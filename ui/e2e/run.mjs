// Opens every fixture in a real browser: no accessibility violation in any of the views, nothing wider than the window;
// then the jobs a person does, by keyboard where that is the harder way. Pictures land in e2e/screenshots.
// `node e2e/run.mjs gallery` or `jobs` does one half; `pictures` makes those of the documents anew, and checks nothing.
import { createServer } from "node:http";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

import { launch } from "./browser.mjs";
import { jobs } from "./jobs.mjs";
import { PICTURES, VIEWS, WINDOW } from "./views.mjs";

const UI = fileURLToPath(new URL("..", import.meta.url));
const SHOTS = join(UI, "e2e/screenshots");
const PICTURES_AT = join(UI, "../docs/pictures");
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
// The moment of the fixtures, so that a picture of today is a picture of tomorrow.
const FIXTURE_TIME = new Date("2026-07-08T11:52:00Z");
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
const POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const tally = { passed: 0, failed: 0 };

async function check(name, run) {
  try {
    await run();
    tally.passed += 1;
    console.log(`ok ${name}`);
  } catch (error) {
    tally.failed += 1;
    console.log(`not ok ${name}\n  ${String(error.message ?? error).replaceAll("\n", "\n  ")}`);
  }
}

/** Serves the built gallery under the policy of the real window. */
async function serve(root) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://x").pathname);
    const file = join(root, path === "/" ? "index.html" : path);
    try {
      const body = await readFile(file);
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        "content-security-policy": POLICY,
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

async function violations(page) {
  const found = await page.evaluate(() => globalThis.axe.run(document));
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`),
  );
}

/** A page under one view: its size, colours, language. One page serves many fixtures, which is what keeps this fast. */
async function pageIn(browser, view) {
  const context = await browser.newContext({
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: WINDOW,
    permissions: ["clipboard-read", "clipboard-write"],
    reducedMotion: "reduce",
    ...view,
  });
  // The policy forbids inline script, so the checker comes in by the side door of the test itself.
  await context.addInitScript({ path: AXE });
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.clock.setFixedTime(FIXTURE_TIME);
  return { page, problems, close: () => context.close() };
}

async function inspect({ page, problems }, shot, { whole = false } = {}) {
  const found = [...problems.splice(0), ...(await violations(page))];
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (overflow > 0) found.push(`the page is ${overflow} px wider than the window`);
  await page.screenshot({ path: join(SHOTS, `${shot}.png`), fullPage: whole });
  if (found.length > 0) throw new Error(found.join("\n"));
}

async function show(opened, url, { fixture, tab, query = "" }) {
  // A hash alone would not load the page anew.
  await opened.page.goto("about:blank");
  await opened.page.goto(`${url}/?fixture=${fixture}${query}${tab ? `#${tab}` : ""}`);
  await opened.page.getByRole("heading", { level: 1 }).waitFor();
}

/** As many at once as a small machine has cores. */
const AT_ONCE = 2;

async function inTurns(tasks) {
  const rest = [...tasks];
  const worker = async () => {
    for (let task = rest.shift(); task; task = rest.shift()) await task();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Every page of the gallery in each view it is worth looking at. */
async function gallery(browser, url, fixtures) {
  const views = Object.entries(VIEWS).map(([name, { pages, query, ...view }]) => async () => {
    const opened = await pageIn(browser, view);
    for (const { fixture, tab } of pages(fixtures)) {
      const title = [fixture, tab, name].filter(Boolean).join("-");
      await check(title, async () => {
        await show(opened, url, { fixture, tab, query });
        await inspect(opened, title, { whole: true });
      });
    }
    await opened.close();
  });
  await inTurns(views);
}

/** The jobs, each in a window of its own. */
async function work(browser, url) {
  const all = Object.entries(jobs).map(
    ([name, job]) =>
      () =>
        check(name, async () => {
          const { pages: _, query, ...view } = VIEWS[job.view ?? "light"];
          const opened = await pageIn(browser, { ...view, ...job.with });
          try {
            await show(opened, url, { query, ...job });
            await job.run(opened.page);
            await inspect(opened, name.replaceAll(/[^a-z]+/gi, "-"));
          } finally {
            await opened.close();
          }
        }),
  );
  await inTurns(all);
}

/** The few pictures that documents show. */
async function pictures(browser, url) {
  await mkdir(PICTURES_AT, { recursive: true });
  for (const { name, fixture, tab, query = "", ...view } of PICTURES) {
    await check(name, async () => {
      const opened = await pageIn(browser, view);
      await show(opened, url, { fixture, tab, query: `${query}&offers=declared` });
      await opened.page.screenshot({ path: join(PICTURES_AT, `${name}.png`) });
      await opened.close();
    });
  }
}

/** What the window loads before it can show anything, compressed; 2.7 kB of it format Fluent (decision 041). */
const MOST_BYTES = 44_000;

async function staysSmall() {
  const { output } = await build({ root: UI, logLevel: "warn", build: { write: false } });
  const first = output.filter((one) => one.isEntry || one.fileName.endsWith(".css"));
  const sizes = first.map((one) => gzipSync(one.code ?? one.source).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`# first load: ${total} bytes compressed`);
  if (sizes.length < 2 || total > MOST_BYTES)
    throw new Error(`${sizes.length} files, ${total} bytes`);
}

async function main() {
  await mkdir(SHOTS, { recursive: true });
  if (process.argv.length === 2) await check("the window's first load stays small", staysSmall);
  await build({ root: UI, mode: "gallery", logLevel: "warn" });
  const site = await serve(join(UI, "dist-gallery"));
  const browser = await launch();
  try {
    const list = await browser.newPage();
    await list.goto(site.url);
    await list.getByRole("link").first().waitFor();
    const fixtures = await list.getByRole("link").allTextContents();
    const only = process.argv[2];
    if (only === "pictures") return await pictures(browser, site.url);
    if (only !== "jobs") await gallery(browser, site.url, fixtures);
    if (only !== "gallery") await work(browser, site.url);
  } finally {
    await browser.close();
    site.stop();
  }
}

await main();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed > 0 || tally.passed === 0 ? 1 : 0;
