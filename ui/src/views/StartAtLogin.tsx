import { t } from "../i18n/text";
import { Tick } from "../parts/Pick";
import type { Store } from "../store";

/** Takes effect at once; the box shows what the system says, not what was clicked. */
export function StartAtLogin({ store }: { store: Store }) {
  const on = store.atLogin.value;
  return (
    <Tick
      checked={on === true}
      disabled={on === null || store.pending.value.has("start at login")}
      onChange={(wanted) => void store.startAtLogin(wanted)}
    >
      {t("settings.start")}
    </Tick>
  );
}
