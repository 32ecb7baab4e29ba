import type { Theme } from "../answers";
import { t } from "../i18n/text";
import type { Snapshot } from "../model";
import { later } from "../parts/later";
import { Pick, Tick } from "../parts/Pick";
import type { Store } from "../store";
import type { GroupProps } from "./props";
import { Rotation } from "./Rotation";
import { SecondLine } from "./SecondLine";
import { StartAtLogin } from "./StartAtLogin";

type Props = { store: Store; snapshot: Snapshot };

const Alerts = later(() => import("./Alerts").then((part) => part.Alerts));
const Money = later(() => import("./Money").then((part) => part.Money));
const Network = later(() => import("./Network").then((part) => part.Network));
const Projects = later(() => import("./Projects").then((part) => part.Projects));
const UsageKept = later(() => import("./UsageKept").then((part) => part.UsageKept));
const OtherClients = later(() => import("./OtherClients").then((part) => part.OtherClients));
const Storage = later(() => import("./Storage").then((part) => part.Storage));
const Updates = later(() => import("./Updates").then((part) => part.Updates));
const Hooks = later(() => import("./Hooks").then((part) => part.Hooks));

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
      {settings && <Alerts store={store} settings={settings} />}
      {settings && <Hooks store={store} settings={settings} />}
      {settings && <Rotation store={store} settings={settings} />}
      {settings && <Money store={store} settings={settings} />}
      {settings && (
        <SecondLine store={store} settings={settings} line={snapshot.binding.second_line} />
      )}
      {settings && (
        <Projects
          store={store}
          settings={settings}
          profiles={snapshot.profiles.map(({ name }) => name)}
        />
      )}
      {settings && <OtherClients store={store} settings={settings} snapshot={snapshot} />}
      {settings && <Network store={store} settings={settings} />}
      {settings && <UsageKept store={store} settings={settings} />}
      <Storage store={store} snapshot={snapshot} />
      {settings && <Updates store={store} settings={settings} update={snapshot.update} />}
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
