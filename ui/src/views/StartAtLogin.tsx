import type { Store } from "../store";

/** Takes effect at once; the box shows what the system says, not what was clicked. */
export function StartAtLogin({ store }: { store: Store }) {
  const on = store.atLogin.value;
  const busy = store.pending.value.has("start at login");
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={on === true}
        disabled={on === null || busy}
        onChange={(event) => void store.startAtLogin(event.currentTarget.checked)}
      />
      Start Rotunda when I log in
    </label>
  );
}
