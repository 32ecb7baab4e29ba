import { useState } from "preact/hooks";

import { t } from "../i18n/text";
import { NumberField } from "../parts/NumberField";
import { Pick } from "../parts/Pick";
import type { GroupProps } from "./props";

const FIRST_PORT = 1024;
const LAST_PORT = 65_535;

type Kind = "system" | "none" | "custom";
const KINDS: readonly Kind[] = ["system", "none", "custom"];

function kindOf(proxy: string): Kind {
  return proxy === "system" || proxy === "none" ? proxy : "custom";
}

/** Where the router listens, and how it goes out. */
export function Network({ store, settings }: GroupProps) {
  return (
    <section class="section panel">
      <h2>{t("settings.network")}</h2>
      <NumberField
        label={t("settings.port")}
        value={settings.port}
        min={FIRST_PORT}
        max={LAST_PORT}
        onSet={(port) => void store.set({ port })}
      />
      <p class="muted under">{t("settings.port_text")}</p>
      <Proxy store={store} settings={settings} />
    </section>
  );
}

/** An address is saved when its field is left; until then the old way out holds. */
function Proxy({ store, settings: { proxy } }: GroupProps) {
  const [kind, setKind] = useState(kindOf(proxy));
  const [address, setAddress] = useState(kindOf(proxy) === "custom" ? proxy : "");
  const [shown, setShown] = useState(proxy);
  // Another way out than was shown: it was saved, or refused.
  if (shown !== proxy) {
    setShown(proxy);
    setKind(kindOf(proxy));
    if (kindOf(proxy) === "custom") setAddress(proxy);
  }
  const save = () => {
    const wanted = address.trim();
    if (wanted !== "" && wanted !== proxy) void store.set({ proxy: wanted });
  };
  return (
    <div class="picks">
      <Pick
        label={t("settings.proxy")}
        value={kind}
        choices={KINDS.map((one) => [one, t(`settings.proxy.${one}`)] as const)}
        onPick={(wanted) => {
          setKind(wanted);
          if (wanted !== "custom") void store.set({ proxy: wanted });
        }}
      />
      {kind === "custom" && (
        <input
          class="code"
          aria-label={t("settings.proxy_address")}
          placeholder="http://127.0.0.1:8080"
          value={address}
          spellcheck={false}
          onInput={(event) => setAddress(event.currentTarget.value)}
          onBlur={save}
          onKeyDown={(event) => event.key === "Enter" && save()}
        />
      )}
    </div>
  );
}
