import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/dialogs.css";
import "./styles/views.css";
import "./styles/panels.css";
import "./styles/sheets.css";
import "./styles/charts.css";

import { render } from "preact";

import { tauri, type Backend } from "./backend";
import { followLooks } from "./looks";
import { createStore } from "./store";
import { App } from "./views/App";

/** Whether this build may show fixtures: never the one that ships. */
const hasGallery = import.meta.env.MODE !== "production";

async function chooseBackend(): Promise<Backend | null> {
  if (!hasGallery) return tauri;
  const { fromAddress } = await import("./fixtures/gallery");
  return fromAddress(window.location.search);
}

async function start(root: HTMLElement): Promise<void> {
  const backend = await chooseBackend();
  if (backend === null) return;
  const store = createStore(backend);
  followLooks(store);
  const follow = () => {
    store.follow(window.location.hash);
    // The same place may be requested again.
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
  };
  follow();
  window.addEventListener("hashchange", follow);
  window.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && store.openTab(Number(event.key) - 1))
      event.preventDefault();
  });
  render(<App store={store} />, root);
  await store.connect();
}

const root = document.getElementById("app");
if (root) void start(root);
