import { t } from "../i18n/text";
import type { Window } from "../model";
import { windowName } from "../names";
import { resetTime } from "../time";

type Props = { of: string; window: Window; now: number; compact?: boolean };

/** One quota window as a bar of what is left. Words carry the state, colour only confirms it. */
export function Meter({ of, window, now, compact = false }: Props) {
  const name = windowName(window);
  const low = window.level === "low" ? t("meter.low") : null;
  const stale = window.stale ? t("meter.stale") : null;
  const notes = [resets(window, now), window.pace?.text, stale].filter(Boolean);
  return (
    <div class="meter" data-level={window.level} data-compact={compact} data-stale={window.stale}>
      <span class="meter-name" aria-hidden="true">
        {compact && window.label === "5h" ? t("window.5h_short") : name}
      </span>
      <div class="meter-place">
        <div
          class="meter-track"
          role="meter"
          aria-label={t("meter.name", { of, window: name })}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.floor(window.left_percent)}
          aria-valuetext={[window.left_text, low, ...notes].filter(Boolean).join(", ")}
        >
          <div class="meter-fill" style={{ inlineSize: `${window.left_percent}%` }} />
        </div>
        {window.pace && (
          <div class="meter-even" style={{ insetInlineStart: `${window.pace.even_left}%` }} />
        )}
      </div>
      <span class="meter-left" aria-hidden="true">
        {window.left_text}
        {low && <b class="meter-word"> {low}</b>}
        {compact && stale && <span class="muted"> {stale}</span>}
      </span>
      {!compact && notes.length > 0 && (
        <span class="meter-note" aria-hidden="true">
          {notes.join(" · ")}
        </span>
      )}
    </div>
  );
}

/** "resets in 2h 13m (14:05)"; a reset of another day names the day. */
function resets({ resets_text, resets_at }: Window, now: number): string | null {
  return resets_text && resets_at !== null
    ? `${resets_text} (${resetTime(resets_at, now)})`
    : resets_text;
}
