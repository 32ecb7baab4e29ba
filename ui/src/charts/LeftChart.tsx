import type { QuotaLine } from "../answers";
import { t } from "../i18n/text";
import { shortDate } from "../time";
import { Frame } from "./Frame";
import { path, runs } from "./scale";

type Props = { line: QuotaLine; profile: string; window: string; from: number; to: number };

/** What one window had left over time. Where there is no reading there is no line. */
export function LeftChart({ line, profile, window, from, to }: Props) {
  const inside = line.points.filter(({ at }) => at >= from && at <= to);
  const shares = inside.map((point) => point.left_percent);
  const low = Math.round(Math.min(...shares));
  const high = Math.round(Math.max(...shares));
  return (
    <figure class="figure">
      <figcaption>{window}</figcaption>
      <Frame
        name={t("usage.left_chart", { profile, window })}
        summary={inside.length > 0 ? t("usage.left_text", { low, high }) : t("usage.none")}
        upright={[percent(100), percent(50), percent(0)]}
        lower={[shortDate(from), shortDate((from + to) / 2), t("usage.today")]}
      >
        {runs(inside).map((run) => (
          <path
            key={run[0]?.at}
            class={run.length > 1 ? "chart-line" : "chart-line chart-dot"}
            d={path(run, from, to)}
          />
        ))}
      </Frame>
    </figure>
  );
}

export function percent(count: number): string {
  return t("usage.percent", { count: Math.round(count) });
}
