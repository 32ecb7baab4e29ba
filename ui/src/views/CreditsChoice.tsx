import { useId } from "preact/hooks";

import type { UseCredits } from "../generated/types";
import { t } from "../i18n/text";

const ALL: readonly UseCredits[] = ["never", "when_all_out", "always"];

type Props<Choice> = {
  legend: string;
  value: Choice;
  onPick: (consent: Choice) => void;
  /** Other choices, before those that every profile has. */
  first?: readonly { value: Choice; label: string }[];
};

/** When purchased credits may pay. */
export function CreditsChoice<Choice extends UseCredits | null>(props: Props<Choice | UseCredits>) {
  const { legend, value, onPick, first = [] } = props;
  const name = useId();
  const all = [...first, ...ALL.map((one) => ({ value: one, label: t(`credits.${one}`) }))];
  return (
    <fieldset>
      <legend>{legend}</legend>
      {all.map((one) => (
        <label class="choice" key={one.label}>
          <input
            type="radio"
            name={name}
            checked={value === one.value}
            onChange={() => onPick(one.value)}
          />
          <span>{one.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
