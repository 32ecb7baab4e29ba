import type { ComponentChildren } from "preact";
import { useLayoutEffect, useId, useRef } from "preact/hooks";

type Props = {
  title: string;
  problem: string | null;
  onClose: () => void;
  children: ComponentChildren;
};

/** A modal sheet. The browser traps focus, closes on Esc and returns focus to where it was. */
export function Dialog({ title, problem, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </dialog>
  );
}
