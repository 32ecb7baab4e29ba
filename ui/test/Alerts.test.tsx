import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { expect, test } from "vitest";

import { NOTICES } from "../src/generated/types";
import { fixture, open } from "./dom";

async function opened(settings = {}) {
  const { backend, store } = await open(fixture("healthy"), "settings", settings);
  await screen.findByRole("checkbox", { name: "Codex can continue" });
  return { backend, store };
}

function box(name: string) {
  return screen.getByRole<HTMLInputElement>("checkbox", { name });
}

function field(name: RegExp) {
  return screen.getByRole<HTMLInputElement>("textbox", { name });
}

function change(name: RegExp, value: string) {
  fireEvent.input(field(name), { target: { value } });
  fireEvent.blur(field(name));
}

test("each kind of notification has a switch of its own", async () => {
  const { backend } = await opened();
  expect(box("Little is left across all profiles").checked).toBe(false);
  expect(box("The quota runs out before it resets").checked).toBe(true);
  fireEvent.click(box("Codex can continue"));
  await waitFor(() => expect(box("Codex can continue").checked).toBe(false));
  const { notifications } = await backend.settings();
  expect(notifications).toMatchObject({ back: false, out: true, low: false, forecast: true });
});

test("each kind has a test, because a system may swallow notifications silently", async () => {
  const { backend } = await opened();
  expect(screen.getAllByRole("button", { name: /^Send a test of/ })).toHaveLength(NOTICES.length);
  const name = "Send a test of “A profile that ran out is back”";
  fireEvent.click(screen.getByRole("button", { name }));
  await waitFor(() => expect(backend.calls("test_notification")).toEqual(["returned"]));
});

test("shares are typed as a list and saved when the field is left", async () => {
  const { backend } = await opened();
  expect(field(/^Notify at these shares left of the week/).value).toBe("20, 5");
  change(/^Notify at these shares left of the week/, "50, 20 5");
  await waitFor(async () => expect((await backend.settings()).week_left).toEqual([50, 20, 5]));
  expect((await backend.settings()).five_hours_left).toEqual([20, 5]);
  change(/^Notify at these shares left of 5 hours/, "");
  await waitFor(async () => expect((await backend.settings()).five_hours_left).toEqual([]));
});

test("a share that cannot be is refused in a sentence and keeps what held", async () => {
  const { backend, store } = await opened();
  backend.setSettings = () =>
    Promise.reject("week_left: the thresholds are up to 5 whole percents");
  change(/^Notify at these shares left of the week/, "200");
  expect((await screen.findByRole("alert")).textContent).toContain("whole percents");
  expect(store.settings.value?.week_left).toEqual([20, 5]);
});

test("quiet hours are switched on with a usual night, and each end is changed alone", async () => {
  const { backend } = await opened();
  const to = screen.getByLabelText<HTMLInputElement>("Quiet hours: to");
  expect(to.disabled).toBe(true);
  fireEvent.click(box("Quiet hours"));
  await waitFor(async () => expect((await backend.settings()).quiet_hours).toBe("22:00-07:00"));
  await waitFor(() => expect(to.disabled).toBe(false));
  fireEvent.change(to, { target: { value: "06:30" } });
  await waitFor(async () => expect((await backend.settings()).quiet_hours).toBe("22:00-06:30"));
  fireEvent.click(box("Quiet hours"));
  await waitFor(async () => expect((await backend.settings()).quiet_hours).toBe("off"));
});

test("working days and hours are learned unless they are typed", async () => {
  const { backend } = await opened();
  expect(field(/^Days/).value).toBe("learned");
  change(/^Days/, "mon-fri");
  await waitFor(async () => expect((await backend.settings()).work_days).toBe("mon-fri"));
  change(/^Hours/, "09:00-18:00");
  await waitFor(async () => expect((await backend.settings()).work_hours).toBe("09:00-18:00"));
});
