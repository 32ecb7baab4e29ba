// Opens every fixture in a real browser: no accessibility violation in light, dark, at 200 % and when narrow;
// then the jobs a person does, by keyboard where that is the harder way. Pictures land in e2e/screenshots.
import { createServer } from "node:http";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";

import { jobs } from "./jobs.mjs";

const UI = fileURLToPath(new URL("..", import.meta.url));
const SHOTS = join(UI, "e2e/screenshots");
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
// The moment of the fixtures, so that a picture of today is a picture of tomorrow.
const FIXTURE_TIME = new Date("2026-07-08T11:52:00Z");
const WINDOW = { width: 760, height: 600 };
const NARROW = { width: 480, height: 440 };
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

async function open(browser, address, view) {
  const context = await browser.newContext({
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: WINDOW,
    ...view,
  });
  // The policy forbids inline script, so the checker comes in by the side door of the test itself.
  await context.addInitScript({ path: AXE });
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.clock.setFixedTime(FIXTURE_TIME);
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return { page, problems, close: () => context.close() };
}

async function inspect({ page, problems }, shot) {
  const found = [...problems, ...(await violations(page))];
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (overflow > 0) found.push(`the page is ${overflow} px wider than the window`);
  await page.screenshot({ path: join(SHOTS, `${shot}.png`) });
  if (found.length > 0) throw new Error(found.join("\n"));
}

const VIEWS = {
  light: { colorScheme: "light", reducedMotion: "reduce" },
  dark: { colorScheme: "dark", reducedMotion: "reduce" },
  // A window of 760 by 600 at 200 % has half as many CSS pixels.
  zoomed: { colorScheme: "light", reducedMotion: "reduce", viewport: { width: 380, height: 300 } },
  narrow: { colorScheme: "dark", reducedMotion: "reduce", viewport: NARROW },
};

async function gallery(browser, url, fixtures) {
  for (const fixture of fixtures) {
    for (const [name, view] of Object.entries(VIEWS)) {
      await check(`${fixture} ${name}`, async () => {
        const opened = await open(browser, `${url}/?fixture=${fixture}`, view);
        await inspect(opened, `${fixture}-${name}`).finally(opened.close);
      });
    }
    for (const tab of ["activity", "codex", "settings"]) {
      await check(`${fixture} ${tab}`, async () => {
        const opened = await open(browser, `${url}/?fixture=${fixture}#${tab}`, VIEWS.light);
        await inspect(opened, `${fixture}-${tab}`).finally(opened.close);
      });
    }
  }
}

async function main() {
  const executablePath = process.env.CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
  if (!executablePath) throw new Error("No Chromium found: install it, or name it in CHROMIUM.");
  await mkdir(SHOTS, { recursive: true });
  await build({ root: UI, mode: "gallery", logLevel: "warn" });
  const site = await serve(join(UI, "dist-gallery"));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const list = await browser.newPage();
    await list.goto(site.url);
    await list.getByRole("link").first().waitFor();
    const fixtures = await list.getByRole("link").allTextContents();
    await gallery(browser, site.url, fixtures);
    for (const [name, job] of Object.entries(jobs)) {
      await check(name, async () => {
        const opened = await open(
          browser,
          `${site.url}/?fixture=${job.fixture}`,
          VIEWS[job.view ?? "light"],
        );
        try {
          await job.run(opened.page);
          await inspect(opened, name.replaceAll(/[^a-z]+/gi, "-"));
        } finally {
          await opened.close();
        }
      });
    }
  } finally {
    await browser.close();
    site.stop();
  }
}

await main();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed > 0 || tally.passed === 0 ? 1 : 0;
