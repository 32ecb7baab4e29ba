// Opens the page of a sign-in, clicks one of its links, and prints as JSON where the browser ends: for tests/browser.
// `node e2e/sign-in.mjs ADDRESS allow|deny`; the page it ends on is pictured in e2e/screenshots.
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { launch } from "./browser.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const SHOTS = fileURLToPath(new URL("screenshots", import.meta.url));

const [address, link] = process.argv.slice(2);
const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
  // Our page forbids script, so the checker comes in by the side door of the test itself.
  await context.addInitScript({ path: AXE });
  const page = await context.newPage();
  await page.goto(address);
  const heading = page.getByRole("heading", { level: 1 });
  const issuerHeading = await heading.textContent();

  const loaded = [];
  const problems = [];
  // The browser itself asks for the picture of a tab.
  const isOfThePage = (request) =>
    !request.isNavigationRequest() && !request.url().endsWith("/favicon.ico");
  page.on("request", (request) => isOfThePage(request) && loaded.push(request.url()));
  page.on("pageerror", (error) => problems.push(error.message));
  await page.locator(`#${link}`).click();
  await page.waitForURL((url) => url.pathname === "/auth/callback");

  const found = await page.evaluate(() => globalThis.axe.run(document));
  problems.push(...found.violations.map(({ id, help }) => `${id}: ${help}`));
  const shown = {
    issuer_heading: issuerHeading,
    heading: await heading.textContent(),
    title: await page.title(),
    text: await page.locator("main").innerText(),
    loaded,
    problems,
  };
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `sign-in-${link}.png`) });
  console.log(JSON.stringify(shown));
} finally {
  await browser.close();
}
