import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";

export type Choice = { label: string; danger?: boolean; onChoose: () => void };
type Props = { name: string; choices: readonly Choice[] };

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** A button that opens a list of actions. Arrow keys move, Esc closes, focus comes back to the button. */
export function Menu({ name, choices }: Props) {
  const [open, setOpen] = useState(false);
  const [above, setAbove] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useId();
  const items = () => [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];

  useLayoutEffect(() => {
    if (!open) return;
    const shown = box.current?.querySelector("[role=menu]");
    if (box.current && shown) setAbove(fitsOnlyAbove(box.current, shown));
    items()[0]?.focus();
  }, [open]);

  function close(refocus: boolean) {
    setOpen(false);
    if (refocus) button.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Escape") {
      close(true);
      return;
    }
    const all = items();
    if (all.length === 0) return;
    const here = all.findIndex((item) => item === document.activeElement);
    const edge = { Home: 0, End: all.length - 1 }[event.key];
    const target = edge ?? (here + (STEPS[event.key] ?? 0) + all.length) % all.length;
    if (edge === undefined && STEPS[event.key] === undefined) return;
    event.preventDefault();
    all[target]?.focus();
  }

  return (
    <div
      class="menu"
      ref={box}
      onKeyDown={open ? onKeyDown : undefined}
      onFocusOut={(event) => {
        if (!box.current?.contains(event.relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <button
        type="button"
        ref={button}
        class="icon"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? list : undefined}
        aria-label={name}
        onClick={() => setOpen(!open)}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="3" cy="8" r="1.5" />
          <circle cx="8" cy="8" r="1.5" />
          <circle cx="13" cy="8" r="1.5" />
        </svg>
      </button>
      {open && (
        <div id={list} class="menu-list" role="menu" data-above={above} aria-label={name}>
          {choices.map((choice) => (
            <button
              key={choice.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              data-danger={choice.danger === true}
              onClick={() => {
                close(true);
                choice.onChoose();
              }}
            >
              {choice.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** Below is the usual place; above only when there is room there and none below. */
function fitsOnlyAbove(button: Element, list: Element): boolean {
  const { top, bottom } = button.getBoundingClientRect();
  const { height } = list.getBoundingClientRect();
  return bottom + height > window.innerHeight && top > height;
}
