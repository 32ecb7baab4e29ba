import { useState } from "preact/hooks";

import type { SettingsView } from "../answers";
import type { AlertsPage } from "../generated/types";
import { t } from "../i18n/text";
import { Tick } from "../parts/Pick";
import { useAnswer } from "../parts/useAnswer";
import type { GroupProps } from "./props";

const OFF = "off";
const USUAL_NIGHT = ["22:00", "07:00"] as const;

/** What is notified, at which shares and when; its words are the daemon's. */
export function Alerts({ store, settings }: GroupProps) {
  const language = store.snapshot.value?.language;
  const page = useAnswer(() => store.read((daemon) => daemon.alerts()), [language]);
  return (
    <section class="section panel">
      <h2>{t("settings.notifications")}</h2>
      {page.state === "refused" && <p class="muted">{page.why}</p>}
      {page.state === "there" && (
        <>
          <Kinds store={store} settings={settings} page={page.value} />
          <Shares store={store} settings={settings} page={page.value} />
          <QuietHours store={store} settings={settings} page={page.value} />
          <WorkingHours store={store} settings={settings} page={page.value} />
        </>
      )}
    </section>
  );
}

type Props = GroupProps & { page: AlertsPage };

/** One row for each kind: its switch and its test. */
function Kinds({ store, settings: { notifications }, page }: Props) {
  return (
    <>
      <ul class="alerts">
        {page.kinds.map(({ kind, text, test }) => (
          <li key={kind} class="actions">
            <Tick
              checked={notifications[kind] === true}
              onChange={(on) => void store.set({ notifications: { ...notifications, [kind]: on } })}
            >
              {text}
            </Tick>
            <button
              type="button"
              class="link to-end"
              aria-label={test}
              title={test}
              disabled={store.pending.value.has("test notification")}
              onClick={() =>
                void store.act("test notification", (daemon) => daemon.testNotification(kind))
              }
            >
              {page.test}
            </button>
          </li>
        ))}
      </ul>
      <p class="muted under">{page.test_text}</p>
    </>
  );
}

/** At which shares left the kind for little quota notifies. */
function Shares({ store, settings, page }: Props) {
  const field = (label: string, key: "five_hours_left" | "week_left") => (
    <SavedField
      label={label}
      value={settings[key].join(", ")}
      hint={page.example}
      onSave={(text) => {
        const shares = text.split(/[\s,;、，]+/).filter((part) => part !== "");
        void store.set({ [key]: shares.map(Number) } satisfies Partial<SettingsView>);
      }}
    />
  );
  return (
    <div class="pair">
      {field(page.five_hours, "five_hours_left")}
      {field(page.week, "week_left")}
    </div>
  );
}

function QuietHours({ store, settings: { quiet_hours }, page }: Props) {
  const isOn = quiet_hours !== OFF;
  const [from, to] = isOn ? quiet_hours.split("-") : USUAL_NIGHT;
  const set = (text: string) => void store.set({ quiet_hours: text });
  const time = (label: string, value: string | undefined, next: (time: string) => string) => (
    <label class="number-field">
      <span>{label}</span>
      <input
        type="time"
        aria-label={`${page.quiet}: ${label}`}
        value={value}
        disabled={!isOn}
        onChange={(event) => event.currentTarget.value && set(next(event.currentTarget.value))}
      />
    </label>
  );
  return (
    <>
      <div class="actions">
        <Tick checked={isOn} onChange={(on) => set(on ? USUAL_NIGHT.join("-") : OFF)}>
          {page.quiet}
        </Tick>
        {time(page.from, from, (time) => `${time}-${to}`)}
        {time(page.to, to, (time) => `${from}-${time}`)}
      </div>
      <p class="muted under">{page.quiet_text}</p>
    </>
  );
}

function WorkingHours({ store, settings, page }: Props) {
  return (
    <>
      <h3>{page.work}</h3>
      <div class="pair">
        <SavedField
          label={page.work_days}
          value={settings.work_days}
          onSave={(work_days) => void store.set({ work_days })}
        />
        <SavedField
          label={page.work_hours}
          value={settings.work_hours}
          onSave={(work_hours) => void store.set({ work_hours })}
        />
      </div>
      <p class="muted under">{page.work_text}</p>
    </>
  );
}

type SavedProps = { label: string; value: string; hint?: string; onSave: (text: string) => void };

/** A line that is saved when it is left, or at Enter. It shows what holds: what is refused is put back. */
function SavedField({ label, value, hint, onSave }: SavedProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const save = (text: string) => {
    if (text.trim() !== value) onSave(text.trim());
    setTyped(null);
  };
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        value={typed ?? value}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={(event) => save(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && save(event.currentTarget.value)}
      />
      {hint && <span class="hint">{hint}</span>}
    </label>
  );
}
