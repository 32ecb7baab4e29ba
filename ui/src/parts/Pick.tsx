import type { ComponentChildren } from "preact";

type Choices<T extends string> = readonly (readonly [T, string])[];

type PickProps<T extends string> = {
  label: string;
  value: T;
  choices: Choices<T>;
  disabled?: boolean;
  onPick: (value: T) => void;
};

/** One of a few, in a list that the system draws. */
export function Pick<T extends string>({ label, value, choices, disabled, onPick }: PickProps<T>) {
  return (
    <label class="pick">
      <span>{label}</span>
      <select
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const found = choices.find(([one]) => one === event.currentTarget.value);
          if (found) onPick(found[0]);
        }}
      >
        {choices.map(([one, words]) => (
          <option key={one} value={one} selected={one === value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

type TickProps = {
  checked: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
  children: ComponentChildren;
};

/** A box to tick. It shows what holds, not what was clicked. */
export function Tick({ checked, disabled, onChange, children }: TickProps) {
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => {
          const wanted = event.currentTarget.checked;
          event.currentTarget.checked = checked;
          onChange(wanted);
        }}
      />
      <span>{children}</span>
    </label>
  );
}

type FieldProps = {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "password";
  hint?: string;
  autoFocus?: boolean;
  maxLength?: number;
  placeholder?: string;
  code?: boolean;
};

/** A line to type in, with its name above. */
export function Field({ label, value, onInput, type = "text", hint, ...rest }: FieldProps) {
  const { autoFocus, maxLength, placeholder, code = false } = rest;
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type={type}
        class={code ? "code" : undefined}
        value={value}
        autoFocus={autoFocus}
        maxLength={maxLength}
        placeholder={placeholder}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {hint && <span class="hint">{hint}</span>}
    </label>
  );
}
