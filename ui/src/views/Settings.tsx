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
        <h2>Whose sign-ins</h2>
        <p>
          Rotunda is for sign-ins you own. Each of them stays under its provider's terms, which may
          say how accounts can be used.
        </p>
      </section>
    </>
  );
}
