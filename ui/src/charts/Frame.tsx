import type { ComponentChildren } from "preact";

import { t } from "../i18n/text";
import { Fold } from "../parts/Fold";

type Props = {
  name: string;
  /** What the picture says, in a sentence. */
  summary: string;
  /** The words at the upright axis, top first. */
  upright: readonly string[];
  /** The words at the lower axis, in reading order. */
  lower: readonly string[];
  children: ComponentChildren;
};

/** A chart with its axes in words. The picture is one image to a screen reader; the numbers are in the table below. */
export function Frame({ name, summary, upright, lower, children }: Props) {
  return (
    <div class="chart">
      <div class="chart-upright" aria-hidden="true">
        {upright.map((word) => (
          <span key={word}>{word}</span>
        ))}
      </div>
      <svg
        class="chart-area"
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}: ${summary}`}
      >
        <path class="chart-grid" d="M0 0.5H100M0 50H100M0 99.5H100" />
        {children}
      </svg>
      <div class="chart-lower" aria-hidden="true">
        {lower.map((word) => (
          <span key={word}>{word}</span>
        ))}
      </div>
    </div>
  );
}

type TableProps = {
  name: string;
  heads: readonly string[];
  rows: readonly (readonly string[])[];
};

/** The same numbers, to be read one by one. They are put on the page when they are opened. */
export function Numbers({ name, heads, rows }: TableProps) {
  return (
    <Fold label={t("common.table")} of={name}>
      {() => <Table name={name} heads={heads} rows={rows} />}
    </Fold>
  );
}

/** A table that scrolls in its own place, by keyboard too. */
export function Table({ name, heads, rows }: TableProps) {
  return (
    <div class="table-place" tabIndex={0} role="region" aria-label={name}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={place}>
              {row.map((cell, column) => (
                <td key={heads[column]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
