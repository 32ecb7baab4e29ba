import { useState } from "preact/hooks";

import type { History, QuotaLine, TokenCount } from "../answers";
import { Bars } from "../charts/Bars";
import { Numbers } from "../charts/Frame";
import { LeftChart, percent } from "../charts/LeftChart";
import { daily, lastDays } from "../charts/scale";
import { brief, number, t } from "../i18n/text";
import { windowName } from "../names";
import { Pick } from "../parts/Pick";
import { dayKey, shortDate } from "../time";
import type { Names } from "./props";

type Props = { history: History; days: number; now: number; names: Names };

const DAY = 24 * 3600;
const MINUTES = { "5h": 300, week: 10_080 } as const;

/** What each profile had left, and what each model took. */
export function Usage({ history, days, now, names }: Props) {
  const { quota, tokens } = history;
  const from = now - days * DAY;
  const profiles = [...new Set(quota.map((line) => line.profile))];
  return (
    <>
      <section class="section panel">
        <div class="section-head">
          <h2>{t("usage.title")}</h2>
          {quota.length > 0 && <p>{t("usage.left")}</p>}
        </div>
        {quota.length === 0 && <p class="muted">{t("usage.none")}</p>}
        {profiles.map((profile) => (
          <ProfileLeft
            key={profile}
            profile={names(profile)}
            lines={quota.filter((line) => line.profile === profile)}
            from={from}
            to={now}
          />
        ))}
        {quota.length > 0 && <p class="muted">{t("usage.gap")}</p>}
      </section>
      <Tokens tokens={tokens} days={days} now={now} names={names} />
    </>
  );
}

type LeftProps = { profile: string; lines: readonly QuotaLine[]; from: number; to: number };

function ProfileLeft({ profile, lines, from, to }: LeftProps) {
  const named = lines.map((line) => ({
    line,
    window: windowName({ label: line.label, minutes: MINUTES[line.label] }),
  }));
  return (
    <section class="chart-group">
      <h3>{profile}</h3>
      <div class="charts">
        {named.map(({ line, window }) => (
          <LeftChart
            key={line.label}
            line={line}
            profile={profile}
            window={window}
            from={from}
            to={to}
          />
        ))}
      </div>
      <Numbers
        name={profile}
        heads={["", t("usage.day"), t("usage.lowest"), t("usage.highest")]}
        rows={named.flatMap(({ line, window }) =>
          daily(line.points, dayKey)
            .reverse()
            .map(({ at, low, high }) => [window, shortDate(at), percent(low), percent(high)]),
        )}
      />
    </section>
  );
}

type TokenProps = { tokens: readonly TokenCount[]; days: number; now: number; names: Names };

/** Every value of the menu that is not a profile. */
const ALL = "";

/** One small chart per model, so that no colour has to tell them apart. */
function Tokens({ tokens, days, now, names }: TokenProps) {
  const [profile, setProfile] = useState(ALL);
  const profiles = [...new Set(tokens.map((one) => one.profile))];
  const counted = tokens.filter((one) => profile === ALL || one.profile === profile);
  const models = [...new Set(counted.map((one) => one.model))];
  return (
    <section class="section panel">
      <div class="section-head">
        <h2>{t("usage.tokens")}</h2>
        {profiles.length > 1 && (
          <Pick
            label={t("usage.of")}
            value={profile}
            choices={[
              [ALL, t("usage.of_all")],
              ...profiles.map((one) => [one, names(one)] as const),
            ]}
            onPick={setProfile}
          />
        )}
      </div>
      {models.length === 0 && <p class="muted">{t("usage.tokens_none")}</p>}
      <div class="charts">
        {models.map((model) => (
          <ModelTokens
            key={model}
            model={model}
            counts={counted.filter((one) => one.model === model)}
            days={lastDays(days, now)}
          />
        ))}
      </div>
    </section>
  );
}

type ModelProps = { model: string; counts: readonly TokenCount[]; days: readonly number[] };

function ModelTokens({ model, counts, days }: ModelProps) {
  const name = model || t("usage.no_model");
  const rows = days.map((at) => {
    const same = counts.filter((one) => one.day === dayKey(at));
    const input = same.reduce((sum, one) => sum + one.input, 0);
    const output = same.reduce((sum, one) => sum + one.output, 0);
    return { at, input, output, value: input + output };
  });
  const total = brief(rows.reduce((sum, row) => sum + row.value, 0));
  const most = brief(Math.max(0, ...rows.map((row) => row.value)));
  const [first, middle] = [rows[0], rows[Math.floor(rows.length / 2)]];
  const chart = t("usage.tokens_chart", { model: name });
  return (
    <figure class="figure">
      <figcaption>
        {name} <span class="muted">{t("usage.tokens_text", { total, most })}</span>
      </figcaption>
      <Bars
        name={chart}
        summary={t("usage.tokens_text", { total, most })}
        bars={rows}
        lower={[shortDate(first?.at ?? 0), shortDate(middle?.at ?? 0), t("usage.today")]}
      />
      <Numbers
        name={chart}
        heads={[t("usage.day"), t("usage.input"), t("usage.output")]}
        rows={rows
          .filter((row) => row.value > 0)
          .reverse()
          .map((row) => [shortDate(row.at), number(row.input), number(row.output)])}
      />
    </figure>
  );
}
