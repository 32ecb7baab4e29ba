import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

import type { UseCredits } from "../generated/types";
import { t } from "../i18n/text";

const ALL: readonly UseCredits[] = ["never", "when_all_out", "always"];

type Props = {
  legend: string;
  value: UseCredits | null;
  onPick: (consent: UseCredits) => void;
  /** Further choices, before the others. */
  children?: ComponentChildren;
};

/** When purchased credits may pay. */
export function CreditsChoice({ legend, value, onPick, children }: Props) {
  const name = useId();
  return (
    <fieldset>
      <legend>{legend}</legend>
      {children}
      {ALL.map((one) => (
        <label class="choice" key={one}>
          <input type="radio" name={name} checked={value === one} onChange={() => onPick(one)} />
          <span>{t(`credits.${one}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
