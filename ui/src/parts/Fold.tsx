import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

type Props = {
  label: string;
  /** What it is about, for a screen reader. */
  of?: string;
  children: () => ComponentChildren;
};

/** A heading that opens. What is in it is made when it is opened, and forgotten when it is closed. */
export function Fold({ label, of, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <details class="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {label}
        {of && <span class="visually-hidden">: {of}</span>}
      </summary>
      {open && children()}
    </details>
  );
}
