import type { Hour, RequestLine } from "../answers";
import { Bars } from "../charts/Bars";
import { Numbers, Table } from "../charts/Frame";
import { number, t } from "../i18n/text";
import { Fold } from "../parts/Fold";
import { useAnswer } from "../parts/useAnswer";
import type { Store } from "../store";
import { clockTime, timeOfDay } from "../time";
import type { Names } from "./props";

type Props = { store: Store; hours: readonly Hour[]; names: Names };

const LINES = 200;

/** The requests of the last day, the profiles that served them, and the failures. */
export function Requests({ store, hours, names }: Props) {
  const sum = (of: (hour: Hour) => number) => hours.reduce((all, hour) => all + of(hour), 0);
  const requests = sum((hour) => hour.requests);
  const counts = {
    requests: number(requests),
    retried: number(sum((hour) => hour.retried)),
    failed: number(sum((hour) => hour.failed)),
  };
  const most = number(Math.max(0, ...hours.map((hour) => hour.requests)));
  return (
    <section class="section panel">
      <div class="section-head">
        <h2>{t("requests.title")}</h2>
        {requests > 0 && <p>{t("requests.sum", counts)}</p>}
      </div>
      {requests === 0 && <p class="muted">{t("requests.none")}</p>}
      {requests > 0 && (
        <>
          <Bars
            name={t("requests.chart")}
            summary={t("requests.chart_text", { requests: counts.requests, most })}
            bars={hours.map(({ at, requests: value, retried, failed }) => ({
              at,
              value,
              hatched: Math.min(retried, value - failed),
              hollow: failed,
            }))}
            lower={[hours[0], hours[Math.floor(hours.length / 2)], hours.at(-1)].map((hour) =>
              timeOfDay(hour?.at ?? 0),
            )}
          />
          <Legend retried={sum((hour) => hour.retried)} failed={sum((hour) => hour.failed)} />
          <Shares hours={hours} names={names} />
          <Numbers
            name={t("requests.chart")}
            heads={[
              t("requests.hour"),
              t("requests.count"),
              t("requests.retried"),
              t("requests.failed"),
            ]}
            rows={hours.map((hour) => [
              timeOfDay(hour.at),
              ...[hour.requests, hour.retried, hour.failed].map(number),
            ])}
          />
          <Fold label={t("requests.details")}>{() => <Lines store={store} names={names} />}</Fold>
        </>
      )}
    </section>
  );
}

/** What the patterns mean; nothing when none is drawn. */
function Legend({ retried, failed }: { retried: number; failed: number }) {
  if (retried + failed === 0) return null;
  return (
    <p class="legend muted" aria-hidden="true">
      {retried > 0 && <span class="swatch hatched">{t("requests.retried")}</span>}
      {failed > 0 && <span class="swatch hollow">{t("requests.failed")}</span>}
    </p>
  );
}

function Shares({ hours, names }: { hours: readonly Hour[]; names: Names }) {
  const totals = new Map<string, number>();
  for (const { profile, requests } of hours.flatMap((hour) => hour.by_profile))
    totals.set(profile, (totals.get(profile) ?? 0) + requests);
  const sorted = [...totals].sort(([, a], [, b]) => b - a);
  return (
    <ul class="shares">
      {sorted.map(([profile, requests]) => (
        <li key={profile}>
          {names(profile)} <b>{number(requests)}</b>
        </li>
      ))}
    </ul>
  );
}

/** Single requests, loaded on request only. */
function Lines({ store, names }: { store: Store; names: Names }) {
  const answer = useAnswer(() => store.read((daemon) => daemon.requests(LINES)));
  if (answer.state === "asked") return <p class="muted">{t("common.loading")}</p>;
  if (answer.state === "refused") return <p class="muted">{answer.why}</p>;
  const heads = [
    t("requests.time"),
    t("requests.profile"),
    t("requests.model"),
    t("requests.status"),
    t("requests.first_byte"),
    t("requests.tokens"),
  ];
  const rows = answer.value.map((line) => cells(line, names, store.now.value));
  return <Table name={t("requests.details")} heads={heads} rows={rows} />;
}

function cells(line: RequestLine, names: Names, now: number): string[] {
  const unknown = t("requests.unknown");
  const { at, profile, model, status, first_byte_ms, input, output } = line;
  const counts = [input, output].map((count) => (count === null ? unknown : number(count)));
  return [
    clockTime(at, now),
    names(profile),
    model ?? unknown,
    String(status),
    first_byte_ms === null ? unknown : t("requests.ms", { count: number(first_byte_ms) }),
    input === null && output === null ? unknown : counts.join(" / "),
  ];
}
