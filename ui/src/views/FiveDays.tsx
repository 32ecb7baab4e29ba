import { useEffect, useRef } from "preact/hooks";

import { Frame, Numbers } from "../charts/Frame";
import { percent } from "../charts/LeftChart";
import { daily, path } from "../charts/scale";
import type { ForecastHour, ForecastPage } from "../generated/types";
import { useAnswer } from "../parts/useAnswer";
import type { Store } from "../store";
import { dayKey, shortDate } from "../time";

/** The next days: what all profiles have left, when they are out, and what resets. Its words are the daemon's. */
export function FiveDays({ store }: { store: Store }) {
  const snapshot = store.snapshot.value;
  const place = useRef<HTMLElement>(null);
  const depends = [snapshot?.language, snapshot?.forecast?.text];
  const answer = useAnswer(() => store.read((daemon) => daemon.forecast()), depends);
  const isThere = answer.state === "there";
  useEffect(() => {
    // Whoever opened it is taken there, by keyboard too.
    if (isThere) place.current?.focus();
  }, [isThere]);
  if (answer.state === "asked") return null;
  return (
    <section class="section panel" id="five-days" ref={place} tabIndex={-1}>
      {answer.state === "refused" && <p class="muted">{answer.why}</p>}
      {answer.state === "there" && <Days page={answer.value} />}
    </section>
  );
}

function Days({ page: { forecast, words } }: { page: ForecastPage }) {
  const { hours, events, made_at, changes } = forecast;
  return (
    <>
      <h2>{words.title}</h2>
      <p>{forecast.text}</p>
      {changes.length > 0 && (
        <>
          <h3>{words.changes}</h3>
          {changes.map(({ text }) => (
            <p key={text}>{text}</p>
          ))}
        </>
      )}
      {hours.length > 0 && (
        <>
          <figure class="figure">
            <figcaption>{words.chart}</figcaption>
            <Frame
              name={words.chart}
              summary={words.summary}
              upright={[percent(100), percent(50), percent(0)]}
              lower={[0, 1, 2, 3, 4, 5].map((day) => shortDate(made_at + day * 24 * 3600))}
            >
              <Picture forecast={forecast} />
            </Frame>
            <p class="legend muted">
              <span class="swatch stroke">{words.left}</span>
              <span class="swatch hatched">{words.out}</span>
              <span class="swatch dashed">{words.resets}</span>
            </p>
          </figure>
          <Numbers
            name={words.chart}
            heads={[words.day, words.low, words.high]}
            rows={daily(hours, dayKey).map(({ at, low, high }) => [
              shortDate(at),
              percent(low),
              percent(high),
            ])}
          />
          <Numbers
            name={words.title}
            heads={[words.when, words.what]}
            rows={events.map(({ when, text }) => [when, text])}
          />
          <p class="muted">{words.error}</p>
        </>
      )}
    </>
  );
}

/** The line, the times when all are out as hatched boxes, and dashed marks where a long window starts afresh. */
function Picture({ forecast: { hours, events, made_at, until } }: Pick<ForecastPage, "forecast">) {
  const x = (at: number) => Math.round(((at - made_at) / (until - made_at)) * 10_000) / 100;
  const marks = events.filter(({ kind, window }) => kind === "reset" && window !== "5h");
  return (
    <>
      <pattern id="all-out" width="1" height="6" patternUnits="userSpaceOnUse">
        <path class="chart-hatch" d="M0 3H1" />
      </pattern>
      {outages(hours).map(({ from, to }) => (
        <rect
          key={from}
          class="chart-hatched"
          fill="url(#all-out)"
          x={x(from)}
          y="0"
          width={x(to) - x(from)}
          height="100"
        />
      ))}
      {marks.map(({ at, profile }) => (
        <path key={`${at} ${profile}`} class="chart-mark" d={`M${x(at)} 0V100`} />
      ))}
      <path class="chart-line" d={path(hours, made_at, until)} />
    </>
  );
}

/** The hours in a row in which all are out. */
function outages(hours: readonly ForecastHour[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const { at, is_out } of hours) {
    if (!is_out) continue;
    const last = found.at(-1);
    if (last?.to === at) last.to = at + 3600;
    else found.push({ from: at, to: at + 3600 });
  }
  return found;
}
