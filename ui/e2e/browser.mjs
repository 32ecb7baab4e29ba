// The browser of the tests: the system's own, or the one CHROMIUM names.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export function launch() {
  const executablePath = process.env.CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
  if (!executablePath) throw new Error("No Chromium found: install it, or name it in CHROMIUM.");
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}
