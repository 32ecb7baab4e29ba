import { NOTICES, type Theme } from "../answers";
import { t } from "../i18n/text";
import type { Snapshot } from "../model";
import { later } from "../parts/later";
import { Pick, Tick } from "../parts/Pick";
import type { Store } from "../store";
import { Network } from "./Network";
import type { GroupProps } from "./props";
import { Rotation } from "./Rotation";
import { SecondLine } from "./SecondLine";
import { StartAtLogin } from "./StartAtLogin";
import { Storage } from "./Storage";

type Props = { store: Store; snapshot: Snapshot };

const Money = later(() => import("./Money").then((part) => part.Money));

const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** Everything here is saved at once, and shows what the daemon made of it. */
export function Settings({ store, snapshot }: Props) {
  const settings = store.settings.value;
  return (
    <>
      <div role="status">{settings?.note && <p class="banner">{settings.note}</p>}</div>
      <section class="section panel">
        <h2>{t("settings.general")}</h2>
        <StartAtLogin store={store} />
        <p class="muted under">{t("settings.start_text")}</p>
        {settings && <Looks store={store} settings={settings} />}
      </section>
      <section class="section panel">
        <h2>{t("settings.notifications")}</h2>
        {settings && <Notifications store={store} settings={settings} />}
        <SendTest store={store} />
      </section>
      {settings && <Rotation store={store} settings={settings} />}
      {settings && <Money store={store} settings={settings} />}
      {settings && (
        <SecondLine store={store} settings={settings} line={snapshot.binding.second_line} />
      )}
      {settings && <Network store={store} settings={settings} />}
      <Storage store={store} snapshot={snapshot} />
      <section class="section panel">
        <h2>{t("settings.about")}</h2>
        <p>{t("settings.version", { version: __VERSION__ })}</p>
        <p class="muted">{t("first.terms")}</p>
      </section>
    </>
  );
}

function Looks({ store, settings }: GroupProps) {
  return (
    <>
      <Tick
        checked={settings.start_hidden}
        onChange={(start_hidden) => void store.set({ start_hidden })}
      >
        {t("settings.hidden")}
      </Tick>
      <div class="picks">
        <Pick
          label={t("settings.language")}
          value={settings.language}
          choices={[["system", t("settings.language.system")], ...__LANGUAGES__]}
          onPick={(language) => void store.set({ language })}
        />
        <Pick
          label={t("settings.theme")}
          value={settings.theme}
          choices={THEMES.map((one) => [one, t(`settings.theme.${one}`)] as const)}
          onPick={(theme) => void store.set({ theme })}
        />
      </div>
    </>
  );
}

function Notifications({ store, settings }: GroupProps) {
  const { notifications } = settings;
  return (
    <div class="ticks">
      {NOTICES.map((one) => (
        <Tick
          key={one}
          checked={notifications[one] === true}
          onChange={(on) => void store.set({ notifications: { ...notifications, [one]: on } })}
        >
          {t(`settings.notice.${one}`)}
        </Tick>
      ))}
    </div>
  );
}

function SendTest({ store }: { store: Store }) {
  return (
    <p class="actions">
      <button
        type="button"
        disabled={store.pending.value.has("test notification")}
        onClick={() => void store.act("test notification", (daemon) => daemon.testNotification())}
      >
        {t("settings.test")}
      </button>
      <span class="muted">{t("settings.test_text")}</span>
    </p>
  );
}
