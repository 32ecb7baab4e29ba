import { left, level, windowName, type Window } from "../model";

type Props = { of: string; window: Window; compact?: boolean };

/** One quota window as a bar of what is left. Words carry the state, colour only confirms it. */
export function Meter({ of, window, compact = false }: Props) {
  const name = windowName(window);
  const share = Math.round(left(window));
  const warning = level(window);
  const spoken = [`${window.left_text}`, warning === "low" ? "low" : null, window.resets_text]
    .filter(Boolean)
    .join(", ");
  return (
    <div class="meter" data-level={warning} data-compact={compact}>
      <span class="meter-name" aria-hidden="true">
        {compact && window.label === "5h" ? "5h" : name}
      </span>
      <div
        class="meter-track"
        role="meter"
        aria-label={`${of}, ${name}: left`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share}
        aria-valuetext={spoken}
      >
        <div class="meter-fill" style={{ inlineSize: `${share}%` }} />
      </div>
      <span class="meter-left" aria-hidden="true">
        {window.left_text}
        {warning === "low" && <b class="meter-word"> Low</b>}
      </span>
      {!compact && window.resets_text && (
        <span class="meter-note" aria-hidden="true">
          {window.resets_text}
        </span>
      )}
    </div>
  );
}
