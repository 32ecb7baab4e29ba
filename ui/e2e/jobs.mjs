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

export const jobs = {
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
      const label = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
      if (label !== "Actions for lab") throw new Error(`focus went to ${label}`);
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
  "first run: import, then bind": {
    fixture: "empty",
    run: async (page) => {
      await page.getByRole("textbox", { name: "Name (optional)" }).fill("home");
      await page.getByRole("button", { name: "Add this profile" }).click();
      await page.getByRole("heading", { level: 3, name: "home" }).waitFor();
      await page.keyboard.press("Control+3");
      await page.getByRole("button", { name: "Bind Codex" }).click();
      await page.getByRole("heading", { level: 2, name: "Bound", exact: true }).waitFor();
    },
  },
  "a wrong path is told inside the sheet": {
    fixture: "healthy",
    run: async (page) => {
      await page.getByRole("button", { name: "Add profile…" }).click();
      await page.getByRole("textbox", { name: /^Codex folder/ }).fill("nowhere");
      await page.getByRole("button", { name: "Add this profile" }).click();
      await page.getByRole("dialog").getByRole("alert").waitFor();
    },
  },
};
