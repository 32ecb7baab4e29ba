import { readFileSync } from "node:fs";
import { screen } from "@testing-library/preact";
import { expect, test } from "vitest";

import { OPTIONAL } from "../src/backend";
import { COMMANDS } from "../src/generated/commands";
import { fixture, open, press } from "./dom";

const source = readFileSync("src/backend.ts", "utf8");
const called = [...source.matchAll(/call\("(\w+)"/g)].map(([, name]) => name ?? "");
const declared: readonly string[] = COMMANDS;

test("the window asks only for what the shell declares, or can do without", () => {
  expect(called.length).toBeGreaterThan(30);
  // A sign-in's steps and the end of a test turn are there when its start is.
  const isOptional = (name: string) => OPTIONAL.some((one) => name.startsWith(one));
  expect(called.filter((name) => !declared.includes(name) && !isOptional(name))).toEqual([]);
});

test("each command that the shell declares is called somewhere", () => {
  expect(declared.filter((name) => !called.includes(name))).toEqual([]);
});

test("what is not there is not offered", async () => {
  const { backend, store } = await open(fixture("needs-sign-in"));
  backend.offers = () => false;
  store.now.value += 1;
  press("Add profile…");
  await screen.findByRole("dialog", { name: "Add a profile" });
  const names = screen.getAllByRole("button").map((one) => one.textContent);
  expect(names).toContain("Import a file…");
  expect(names).not.toContain("Sign in with ChatGPT");
  expect(names).not.toContain("Use an API key…");
});
