import type { Profile } from "../model";

type Props = { profiles: readonly Profile[]; turning: boolean };

const EMPTY_COLUMNS = 12;
const MOST_COLUMNS = 24;
const CENTRE = 32;

/**
 * The hall from above, drawn from what is true: a column for each profile, the ring turned to the one in use.
 * Only an ornament: everything it shows is said in words beside it.
 */
export function Hall({ profiles, turning }: Props) {
  const shown = profiles.slice(0, MOST_COLUMNS);
  const count = shown.length || EMPTY_COLUMNS;
  const inUse = shown.findIndex((one) => one.in_use);
  const angle = (index: number) => (360 / count) * index;
  const columns = Array.from({ length: count }, (_, index) => shown[index]?.standing ?? "none");
  return (
    <svg class="hall" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <circle class="hall-floor" cx={CENTRE} cy={CENTRE} r="31.5" />
      <circle class="hall-track" cx={CENTRE} cy={CENTRE} r="14.5" />
      {columns.map((standing, index) => (
        <circle
          key={index}
          class="hall-column"
          data-standing={standing}
          cx={CENTRE}
          cy="7.5"
          r={count > EMPTY_COLUMNS ? 1.9 : 2.7}
          transform={`rotate(${angle(index)} ${CENTRE} ${CENTRE})`}
        />
      ))}
      {inUse >= 0 && (
        <g
          class="hall-ring"
          data-turning={turning}
          style={{ transform: `rotate(${angle(inUse)}deg)` }}
        >
          <path d="M 20.1 23.9 A 14.5 14.5 0 0 1 43.9 23.9" />
        </g>
      )}
      <circle class="hall-light" cx={CENTRE} cy={CENTRE} r="5" />
    </svg>
  );
}
