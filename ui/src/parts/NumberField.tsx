import { useState } from "preact/hooks";

type Props = {
  label: string;
  value: number;
  min: number;
  max: number;
  unit?: string;
  /** The name is for a screen reader only; the words beside say it to the eye. */
  hidden?: boolean;
  onSet: (value: number) => void;
};

/** A whole number that is saved when the field is left, or at Enter. What is out of bounds is put back. */
export function NumberField({ label, value, min, max, unit, hidden = false, onSet }: Props) {
  const [text, setText] = useState(String(value));
  const [shown, setShown] = useState(value);
  // Another value than was shown. An effect would also run after the first paint, over what was typed by then.
  if (shown !== value) {
    setShown(value);
    setText(String(value));
  }
  const save = () => {
    const wanted = Number(text);
    if (Number.isInteger(wanted) && wanted >= min && wanted <= max && text.trim() !== "") {
      if (wanted !== value) onSet(wanted);
    } else setText(String(value));
  };
  return (
    <label class="number-field">
      <span class={hidden ? "visually-hidden" : undefined}>{label}</span>
      <input
        type="number"
        inputMode="numeric"
        min={min}
        max={max}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => event.key === "Enter" && save()}
      />
      {unit && <span aria-hidden="true">{unit}</span>}
    </label>
  );
}
