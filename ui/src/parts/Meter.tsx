import { left, level, pace, windowName, type Pace, type Window } from "../model";
import { clockTime } from "../time";

type Props = { of: string; window: Window; now: number; compact?: boolean };

/** One quota window as a bar of what is left. Words carry the state, colour only confirms it. */
export function Meter({ of, window, now, compact = false }: Props) {
  const name = windowName(window);
  const share = Math.round(left(window));
  const warning = level(window);
  const going = pace(window, now);
  const note = [resets(window, now), going && told(going, now)].filter(Boolean).join(" · ");
  const spoken = [window.left_text, warning === "low" ? "low" : null, note.replaceAll(" · ", ", ")]
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
        {going && <div class="meter-even" style={{ insetInlineStart: `${going.evenLeft}%` }} />}
      </div>
      <span class="meter-left" aria-hidden="true">
        {window.left_text}
        {warning === "low" && <b class="meter-word"> Low</b>}
      </span>
      {!compact && note && (
        <span class="meter-note" aria-hidden="true">
          {note}
        </span>
      )}
    </div>
  );
}

/** "resets in 2h 13m (14:05)"; a reset of another day names the day. */
function resets({ resets_text, resets_at }: Window, now: number): string | null {
  return resets_text && resets_at !== null
    ? `${resets_text} (${clockTime(resets_at, now)})`
    : resets_text;
}

function told({ verdict }: Pace, now: number): string {
  if (verdict === "on pace") return "on pace";
  return verdict === "lasts"
    ? "lasts at this pace"
    : `at this pace out ${clockTime(verdict.outAt, now)}`;
}
