import { useId } from "preact/hooks";

import { brief } from "../i18n/text";
import { Frame } from "./Frame";
import { ceiling } from "./scale";

/** One bar; `hatched` and `hollow` are parts of its value with different patterns. */
export type Bar = { at: number; value: number; hatched?: number; hollow?: number };

type Props = { name: string; summary: string; bars: readonly Bar[]; lower: readonly string[] };

/** Share of a bar's place that stays empty beside it. */
const SPACE = 0.28;

/** Amounts side by side from zero. A place without a bar had nothing. */
export function Bars({ name, summary, bars, lower }: Props) {
  const hatch = useId();
  const top = ceiling(Math.max(0, ...bars.map((bar) => bar.value)));
  const step = 100 / Math.max(1, bars.length);
  const height = (value: number) => (value / top) * 100;
  return (
    <Frame name={name} summary={summary} upright={[brief(top), brief(0)]} lower={lower}>
      <defs>
        <pattern id={hatch} width="2" height="6" patternUnits="userSpaceOnUse">
          <path class="chart-hatch" d="M0 3H2" />
        </pattern>
      </defs>
      {bars.map(({ at, value, hatched = 0, hollow = 0 }, place) => {
        const x = place * step + (step * SPACE) / 2;
        const width = step * (1 - SPACE);
        const solid = value - hatched - hollow;
        const parts = [
          { kind: "chart-solid", of: solid, below: 0, fill: undefined },
          { kind: "chart-hatched", of: hatched, below: solid, fill: `url(#${hatch})` },
          { kind: "chart-hollow", of: hollow, below: solid + hatched, fill: undefined },
        ];
        return parts
          .filter((part) => part.of > 0)
          .map(({ kind, of, below, fill }) => (
            <rect
              key={`${at} ${kind}`}
              class={kind}
              x={x}
              width={width}
              y={100 - height(below + of)}
              height={Math.max(1, height(of))}
              fill={fill}
            />
          ));
      })}
    </Frame>
  );
}
