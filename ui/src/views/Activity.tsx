import { useState } from "preact/hooks";

import { labelOf, sortOf } from "../filters";
import { t } from "../i18n/text";
import { FILTERS, type Filter } from "../generated/kinds";
import { byDay, type Day, type Entry, type Snapshot } from "../model";
import { CopyButton } from "../parts/CopyButton";
import { later } from "../parts/later";
import { Pick } from "../parts/Pick";
import { useAnswer } from "../parts/useAnswer";
import type { Store } from "../store";
import { dayName, timeOfDay } from "../time";
import type { Names } from "./props";
import { Requests } from "./Requests";

const Usage = later(() => import("./Usage").then((part) => part.Usage));
const Spent = later(() => import("./Spent").then((part) => part.Spent));

type Props = { store: Store; snapshot: Snapshot };

/** Entries before "Show earlier". */
const SHOWN = 12;
const DAYS = 30;
/** Readings come about every five minutes. */
const SECONDS_BETWEEN = 300;

/** What happened and why, then requests and usage. */
export function Activity({ store, snapshot }: Props) {
  // Loaded again when something happened and now and then, not with every tick of the snapshot.
  const latest = snapshot.activity[0]?.at ?? 0;
  const turn = Math.floor(store.now.value / SECONDS_BETWEEN);
  const history = useAnswer(() => store.read((daemon) => daemon.history(DAYS)), [latest, turn]);
  return (
    <>
      <Entries store={store} snapshot={snapshot} />
      {history.state === "refused" && <p class="muted">{history.why}</p>}
      {history.state === "there" && (
        <>
          <Requests store={store} hours={history.value.hours} names={namesOf(snapshot)} />
          <Usage
            history={history.value}
            days={DAYS}
            now={store.now.value}
            names={namesOf(snapshot)}
          />
          <Spent store={store} latest={latest} />
        </>
      )}
    </>
  );
}

function namesOf({ profiles }: Snapshot): Names {
  return (profile) => profiles.find((one) => one.id === profile)?.name ?? t("usage.removed");
}

function Entries({ store, snapshot }: Props) {
  const { activity } = snapshot;
  const now = store.now.value;
  const [filter, setFilter] = useState<Filter>("all");
  const [all, setAll] = useState(false);
  if (activity.length === 0) return <p class="empty">{t("activity.empty")}</p>;
  const wanted = activity.filter((one) => filter === "all" || sortOf(one.kind) === filter);
  const shown = all ? wanted : wanted.slice(0, SHOWN);
  const days = byDay(shown, (at) => dayName(at, now));
  return (
    <section class="section">
      <div class="toolbar">
        <Pick
          label={t("activity.filter")}
          value={filter}
          choices={FILTERS.map((one) => [one, t(`activity.filter.${one}`)] as const)}
          onPick={setFilter}
        />
        <CopyButton
          text={asText(byDay(wanted, (at) => dayName(at, now)))}
          name={t("activity.copy")}
        />
      </div>
      {wanted.length === 0 && <p class="empty">{t("activity.none_of_kind")}</p>}
      {days.map(({ day, entries }) => (
        <section class="day" key={day}>
          <h2>{day}</h2>
          <ol class="entries">
            {entries.map((entry) => (
              <Line
                key={`${entry.at} ${entry.text}`}
                store={store}
                snapshot={snapshot}
                entry={entry}
              />
            ))}
          </ol>
        </section>
      ))}
      {shown.length < wanted.length && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          {t("activity.earlier")}
        </button>
      )}
    </section>
  );
}

function Line({ store, snapshot, entry }: Props & { entry: Entry }) {
  const { at, kind, text } = entry;
  return (
    <li data-sort={sortOf(kind)} title={labelOf(kind)}>
      <time dateTime={new Date(at * 1000).toISOString()}>{timeOfDay(at)}</time>
      <span>{text}</span>
      <Next store={store} snapshot={snapshot} entry={entry} />
    </li>
  );
}

/** What can still be done about a line: nothing that is over already. */
function Next({ store, snapshot, entry }: Props & { entry: Entry }) {
  if (entry.kind === "bound" && snapshot.binding.backup)
    return (
      <button type="button" class="link" onClick={() => (store.tab.value = "codex")}>
        {t("activity.backup")}
      </button>
    );
  const waits = snapshot.profiles.find(
    ({ name, standing }) => standing === "needs_sign_in" && entry.text.startsWith(`${name} `),
  );
  if (entry.kind !== "needs_sign_in" || !waits || !store.offers("sign_in")) return null;
  return (
    <button
      type="button"
      class="link"
      aria-label={t("profiles.sign_in_to", { name: waits.name })}
      onClick={() => void store.signIn("browser", waits.id)}
    >
      {t("profiles.sign_in")}
    </button>
  );
}

function asText(days: readonly Day[]): string {
  return days
    .map(({ day, entries }) =>
      [day, ...entries.map(({ at, text }) => `${timeOfDay(at)}  ${text}`)].join("\n"),
    )
    .join("\n\n");
}
