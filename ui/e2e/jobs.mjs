// What a person does in the window, step by step. Each job ends in a state that is inspected and photographed.

/** Presses Tab until the control with this name has focus; fails when the keyboard cannot reach it. */
async function tabTo(page, name) {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute("aria-label") ?? element?.textContent?.trim();
    });
    if (here === name) return;
  }
  throw new Error(`the keyboard does not reach "${name}"`);
}

/** The names in the list "Next", top first. */
function next(page) {
  return page.locator("ol.list h3").allTextContents();
}

function expect(truth, message) {
  if (!truth) throw new Error(message);
}

async function until(what, truth) {
  for (let turn = 0; turn < 100; turn += 1) {
    if (await truth()) return;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error(`${what} did not come about`);
}

async function focused(page) {
  return page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
}

/** Opens the days to come by keyboard, with their tables; the list stays where it was. */
async function openDays(page) {
  const list = page.getByRole("heading", { level: 2, name: "Next, in this order" });
  const before = (await list.boundingBox()).y;
  expect(before < 600, `the list of profiles begins at ${before}`);
  await tabTo(page, "Next five days");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Next five days" }).waitFor();
  await until("the way to the chart", () =>
    page.evaluate(() => document.activeElement?.id === "five-days"),
  );
  const scrolled = await page.evaluate(() => window.scrollY);
  expect((await list.boundingBox()).y + scrolled === before, "the list has moved");
  for (const fold of await page.locator("#five-days summary").all()) await fold.click();
  await page.getByRole("cell", { name: "All profiles are out" }).waitFor();
}

export const jobs = {
  "the next five days open below the list": { fixture: "healthy", run: openDays },
  "the next five days in the dark": { fixture: "healthy", view: "dark", run: openDays },
  "the next five days in the system's colours": {
    fixture: "healthy",
    view: "contrast",
    run: openDays,
  },
  "quiet hours are set, and a test is sent": {
    fixture: "healthy",
    tab: "settings",
    view: "dark",
    run: async (page) => {
      await page.getByRole("checkbox", { name: "Quiet hours" }).click();
      const from = page.getByLabel("Quiet hours: from");
      await until("the hours", () => from.isEnabled());
      await from.fill("23:00");
      await page.getByRole("button", { name: /^Send a test of “All profiles/ }).click();
      await until("the saved hours", async () => (await from.inputValue()) === "23:00");
    },
  },
  "the actions of a profile open by keyboard": {
    fixture: "healthy",
    run: async (page) => {
      await tabTo(page, "Actions for home");
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem", { name: "Use now" }).waitFor();
      await page.keyboard.press("ArrowDown");
    },
  },
  "another profile is used by keyboard": {
    fixture: "healthy",
    run: async (page) => {
      await tabTo(page, "Actions for home");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: /^Codex is using home/ }).waitFor();
    },
  },
  "escape closes the actions and gives the focus back": {
    fixture: "healthy",
    run: async (page) => {
      await page.getByRole("button", { name: "Actions for lab" }).click();
      await page.keyboard.press("Escape");
      await page.getByRole("menu").waitFor({ state: "detached" });
      expect((await focused(page)) === "Actions for lab", `focus went to ${await focused(page)}`);
    },
  },
  "Alt and an arrow reorder, and the focus stays on the row": {
    fixture: "healthy",
    run: async (page) => {
      await tabTo(page, "Actions for home");
      const before = await next(page);
      await page.keyboard.press("Alt+ArrowDown");
      await until("the new order", async () => (await next(page))[0] !== before[0]);
      expect((await next(page))[1] === "home", `the order is ${await next(page)}`);
      expect((await focused(page)) === "Actions for home", `focus went to ${await focused(page)}`);
      await page.getByText("home is now 2 of 2.").waitFor();
      await page.getByRole("combobox", { name: "Order" }).waitFor();
      const order = await page.getByRole("combobox", { name: "Order" }).inputValue();
      expect(order === "my_order", `the order menu says ${order}`);
    },
  },
  "dragging a row reorders": {
    fixture: "twelve",
    run: async (page) => {
      const grips = page.locator(".grip");
      const from = await grips.nth(0).boundingBox();
      const to = await grips.nth(2).boundingBox();
      await page.mouse.move(from.x + 5, from.y + from.height / 2);
      await page.mouse.down();
      await page.mouse.move(from.x + 5, from.y + from.height, { steps: 3 });
      await page.mouse.move(to.x + 5, to.y + to.height * 0.7, { steps: 6 });
      expect((await page.locator("[data-lifted=true]").count()) === 1, "no row was lifted");
      await page.screenshot({ path: "e2e/screenshots/dragging.png" });
      await page.mouse.up();
      await until("the new order", async () => (await next(page))[2] === "profile 2");
    },
  },
  "removing asks first": {
    fixture: "healthy",
    view: "dark",
    run: async (page) => {
      await page.getByRole("button", { name: "Actions for studio" }).click();
      await page.getByRole("menuitem", { name: "Remove…" }).click();
      await page.getByRole("dialog", { name: "Remove studio?" }).waitFor();
    },
  },
  "renaming to a taken name says so": {
    fixture: "healthy",
    run: async (page) => {
      await page.getByRole("button", { name: "Actions for lab" }).click();
      await page.getByRole("menuitem", { name: "Rename…" }).click();
      await page.getByRole("textbox", { name: "Name" }).fill("home");
      await page.getByRole("button", { name: "Rename", exact: true }).click();
      await page.getByRole("dialog").getByRole("alert").waitFor();
    },
  },
  "a reserve of its own": {
    fixture: "healthy",
    run: async (page) => {
      await page.getByRole("button", { name: "Actions for lab" }).click();
      await page.getByRole("menuitem", { name: "Reserve…" }).click();
      await page.getByRole("radio", { name: "Its own" }).check();
      await page.getByRole("spinbutton").fill("10");
    },
  },
  "a banked reset is used after its question, by keyboard": {
    fixture: "credits",
    run: async (page) => {
      await tabTo(page, "Use one…");
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Banked reset of work" });
      await dialog.getByText(/This cannot be undone/).waitFor();
      const here = await page.evaluate(() => document.activeElement?.textContent);
      expect(here === "Cancel", `the focus is on ${here}`);
      await page.screenshot({ path: "e2e/screenshots/redeem-question.png" });
      await tabTo(page, "Use one reset");
      await page.keyboard.press("Enter");
      await dialog.getByText(/its counters are empty/).waitFor();
    },
  },
  "credits of one profile have a setting of their own": {
    fixture: "credits",
    view: "dark",
    run: async (page) => {
      await page.getByRole("button", { name: "Actions for work" }).click();
      await page.getByRole("menuitem", { name: "Credits…" }).click();
      const dialog = page.getByRole("dialog", { name: "Credits of work" });
      await dialog.getByRole("radio", { name: "Only when all plans are out" }).waitFor();
    },
  },
  "the sheet for a new profile": {
    fixture: "healthy",
    view: "dark",
    run: async (page) => {
      await page.getByRole("button", { name: "Add profile…" }).click();
      await page.getByRole("dialog", { name: "Add a profile" }).waitFor();
    },
  },
  "first run: sign in by code, with the keyboard alone": {
    fixture: "empty",
    run: async (page) => {
      await tabTo(page, "Use a code instead");
      await page.keyboard.press("Enter");
      await page.getByText("ABCD-EFGH").waitFor();
      await tabTo(page, "Copy");
      await page.keyboard.press("Enter");
      await page.getByText("Copied").waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied === "ABCD-EFGH", `the clipboard holds ${copied}`);
    },
  },
  "first run: import what was found, then bind": {
    fixture: "empty",
    run: async (page) => {
      await page.getByRole("button", { name: "Add this profile" }).click();
      await page.getByRole("dialog", { name: "Share this sign-in with Codex?" }).waitFor();
      await page.getByRole("button", { name: "Import all the same" }).click();
      await page.getByRole("heading", { level: 3, name: "plus" }).waitFor();
      await page.keyboard.press("Control+3");
      await page.getByRole("button", { name: "Bind Codex" }).click();
      await page.getByRole("heading", { level: 2, name: "Bound", exact: true }).waitFor();
    },
  },
  "importing several shows what each would do": {
    fixture: "healthy",
    run: async (page) => {
      await page.getByRole("button", { name: "Add profile…" }).click();
      await page.getByRole("button", { name: "Import a file…" }).click();
      await page.getByRole("textbox", { name: /^Codex folder/ }).fill("~/accounts");
      await page.getByRole("button", { name: "Look" }).click();
      await page.getByText("Updates lab").waitFor();
    },
  },
  "a wrong path is reported inside the sheet": {
    fixture: "healthy",
    run: async (page) => {
      await page.getByRole("button", { name: "Add profile…" }).click();
      await page.getByRole("button", { name: "Import a file…" }).click();
      await page.getByRole("textbox", { name: /^Codex folder/ }).fill("nowhere");
      await page.getByRole("button", { name: "Look" }).click();
      await page.getByRole("dialog").getByRole("alert").waitFor();
    },
  },
  "an API key is priced and masked": {
    fixture: "healthy",
    run: async (page) => {
      await page.getByRole("button", { name: "Add profile…" }).click();
      await page.getByRole("button", { name: "Use an API key…" }).click();
      await page
        .getByRole("dialog", { name: "Use an API key" })
        .getByText(/cost money/)
        .waitFor();
    },
  },
  "a key of another provider goes to its address": {
    fixture: "healthy",
    run: async (page) => {
      await page.getByRole("button", { name: "Add profile…" }).click();
      await page.getByRole("button", { name: "Use an API key…" }).click();
      const dialog = page.getByRole("dialog", { name: "Use an API key" });
      await dialog.getByLabel("Whose key").selectOption("other");
      await dialog.getByLabel(/^Address/).fill("https://api.example.com/v1");
      await dialog.getByText(/its terms apply/).waitFor();
    },
  },
  "restoring shows the difference first": {
    fixture: "healthy",
    tab: "codex",
    run: async (page) => {
      await page.getByRole("button", { name: "Restore this file exactly…" }).click();
      await page.getByRole("region", { name: "What changes in the file" }).waitFor();
    },
  },
  "a check tells what is wrong and how to fix it": {
    fixture: "healthy",
    tab: "codex",
    run: async (page) => {
      await page.getByRole("button", { name: "Run check" }).click();
      await page.getByText("How to fix").first().click();
      await page.getByText(/Add 127.0.0.1 and localhost/).waitFor();
    },
  },
  "single requests are read in a table": {
    fixture: "healthy",
    tab: "activity",
    run: async (page) => {
      await page.getByText("Details", { exact: true }).click();
      await page.getByRole("region", { name: "Details" }).getByRole("row").nth(5).waitFor();
      await page.getByRole("region", { name: "Details" }).scrollIntoViewIfNeeded();
    },
  },
  "language and theme change at once": {
    fixture: "healthy",
    tab: "settings",
    run: async (page) => {
      await page.getByRole("combobox", { name: "Theme" }).selectOption("dark");
      await page.getByRole("combobox", { name: "Language" }).selectOption("zh-CN");
      await page.getByRole("tab", { name: "设置" }).waitFor();
      const root = await page.evaluate(() => [
        document.documentElement.lang,
        document.documentElement.dataset.theme,
      ]);
      expect(root.join() === "zh-CN,dark", root.join());
    },
  },
};
