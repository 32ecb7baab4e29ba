import type { Store } from "../store";
import { StartAtLogin } from "./StartAtLogin";

/** Everything here is saved at once. */
export function Settings({ store }: { store: Store }) {
  return (
    <>
      <section class="section panel">
        <h2>Start</h2>
        <StartAtLogin store={store} />
        <p class="muted">
          It starts in the tray, without a window. While this is on, Codex stays bound when you log
          out, and waits for Rotunda at the next login. While it is off, logging out unbinds Codex.
        </p>
      </section>
      <section class="section panel">
        <h2>Notifications</h2>
        <Notify store={store} />
        <p class="muted">
          When Codex moves to another profile, when all are out and when one is back, when a sign-in
          is needed, and when another program changes config.toml. Each is told once.
        </p>
        <p class="actions">
          <button
            type="button"
            disabled={store.pending.value.has("test notification")}
            onClick={() =>
              void store.act("test notification", (daemon) => daemon.testNotification())
            }
          >
            Send a test
          </button>
        </p>
      </section>
      <section class="section panel">
        <h2>Whose sign-ins</h2>
        <p>
          Rotunda is for sign-ins you own. Each of them stays under its provider's terms, which may
          say how accounts can be used.
        </p>
      </section>
    </>
  );
}

function Notify({ store }: { store: Store }) {
  const on = store.notifies.value;
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={on === true}
        disabled={on === null || store.pending.value.has("notify")}
        onChange={(event) => void store.notify(event.currentTarget.checked)}
      />
      Tell me what happens
    </label>
  );
}
