import { useState } from "preact/hooks";

import type { UsageBy, UsageLine, UsageView } from "../answers";
import { Bars } from "../charts/Bars";
import { Numbers } from "../charts/Frame";
import { brief, many, money, number, t } from "../i18n/text";
import { CopyButton } from "../parts/CopyButton";
import { Pick } from "../parts/Pick";
import { useAnswer } from "../parts/useAnswer";
import type { Store } from "../store";

const BY: readonly UsageBy[] = ["day", "model", "profile", "session", "project", "client"];
const DAYS = ["7", "30", "90", "365"] as const;
/** Bars that can be told apart; the table has all lines. */
const MOST_BARS = 40;

/** What was used, by one of six, and what it would cost by the API. */
export function Spent({ store, latest }: { store: Store; latest: number }) {
  const [by, setBy] = useState<UsageBy>("day");
  const [days, setDays] = useState<(typeof DAYS)[number]>("30");
  const answer = useAnswer(
    () => store.read((daemon) => both(daemon.usage(by, +days), daemon.usageCsv(by, +days))),
    [by, days, latest],
  );
  return (
    <section class="section panel">
      <div class="section-head">
        <h2>{t("spent.title")}</h2>
        {answer.state === "there" && answer.value[0].lines.length > 0 && (
          <CopyButton text={answer.value[1]} label={t("spent.copy")} />
        )}
      </div>
      <div class="picks">
        <Pick
          label={t("spent.by")}
          value={by}
          choices={BY.map((one) => [one, t(`spent.by.${one}`)] as const)}
          onPick={setBy}
        />
        <Pick
          label={t("spent.days")}
          value={days}
          choices={DAYS.map((one) => [one, many("spent.last", +one)] as const)}
          onPick={setDays}
        />
      </div>
      {answer.state === "asked" && <p class="muted">{t("common.loading")}</p>}
      {answer.state === "refused" && <p class="muted">{answer.why}</p>}
      {answer.state === "there" && <Lines view={answer.value[0]} />}
    </section>
  );
}

const both = <A, B>(one: Promise<A>, other: Promise<B>) => Promise.all([one, other] as const);

function Lines({ view }: { view: UsageView }) {
  const { by, lines, total } = view;
  if (lines.length === 0) return <p class="muted">{t("spent.none")}</p>;
  const shown = by === "day" ? lines.slice(-MOST_BARS) : lines.slice(0, MOST_BARS);
  const name = t("spent.chart", { by: t(`spent.by.${by}`) });
  const sum = {
    read: brief(total.input),
    cached: brief(total.cached),
    written: brief(total.output),
    cost: cost(total),
  };
  return (
    <figure class="figure">
      <figcaption>{t("spent.sum", sum)}</figcaption>
      <Bars
        name={name}
        summary={t("spent.sum", sum)}
        bars={shown.map(({ input, cached, output }, at) => ({
          at,
          value: input + output,
          hatched: cached,
          hollow: output,
        }))}
        lower={[shown[0], shown[Math.floor(shown.length / 2)], shown.at(-1)]
          .slice(0, shown.length)
          .map((line) => (line ? called(line, by) : ""))}
      />
      <p class="legend muted" aria-hidden="true">
        <span class="swatch solid">{t("spent.read")}</span>
        <span class="swatch hatched">{t("spent.cached")}</span>
        <span class="swatch hollow">{t("spent.written")}</span>
      </p>
      <Numbers
        name={name}
        heads={[
          t(`spent.by.${by}`),
          t("requests.count"),
          t("spent.read"),
          t("spent.cached"),
          t("spent.written"),
          t("spent.reasoning"),
          t("spent.cost"),
        ]}
        rows={[...(by === "day" ? [...lines].reverse() : lines), total].map((line) => [
          line === total ? t("spent.total") : called(line, by),
          ...[line.requests, line.input, line.cached, line.output, line.reasoning].map(number),
          cost(line),
        ])}
      />
      <Notes view={view} />
    </figure>
  );
}

function Notes({ view: { prices, without_price, total, left_out } }: { view: UsageView }) {
  const models = without_price.map((one) => one || t("usage.no_model")).join(", ");
  return (
    <p class="muted">
      {t("spent.estimate", { date: prices.date })}
      {models && ` ${t("spent.without_price", { models })}`}
      {total.unmeasured > 0 && ` ${many("spent.unmeasured", total.unmeasured)}`}
      {left_out > 0 && ` ${many("spent.left_out", left_out)}`}
    </p>
  );
}

/** What a line is called; a part that requests did not name has a word of its own. */
function called({ key, name }: UsageLine, by: UsageBy): string {
  if (by === "profile") return name || t("usage.removed");
  if (key === "") return by === "model" ? t("usage.no_model") : t("spent.unknown");
  return name;
}

/** With a plus when models without a price are among it. */
function cost({ cost_usd, incomplete }: UsageLine): string {
  if (cost_usd === null) return t("requests.unknown");
  return money(cost_usd) + (incomplete ? "+" : "");
}
