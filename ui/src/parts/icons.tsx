import type { ComponentChildren } from "preact";

/** Drawn in the colour of the text, always beside words or under a name that says the same. */
function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="line-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const PlusIcon = () => (
  <Icon>
    <path d="M8 3v10M3 8h10" />
  </Icon>
);

export const RefreshIcon = () => (
  <Icon>
    <path d="M13.2 6.2A5.5 5.5 0 1 0 13.4 9.4M13.5 2.8v3.5H10" />
  </Icon>
);

export const CopyIcon = () => (
  <Icon>
    <path d="M5.5 5.5h7v8h-7zM10.5 5.5v-3h-7v8h2" />
  </Icon>
);

export const GripIcon = () => (
  <svg class="grip-icon" viewBox="0 0 10 16" aria-hidden="true" focusable="false">
    {[3, 8, 13].flatMap((y) => [2.5, 7.5].map((x) => <circle cx={x} cy={y} r="1.2" />))}
  </svg>
);

export type Sign = "good" | "warn" | "bad";

/** The frame and the sign in it. */
const SIGNS: Readonly<Record<Sign, readonly [string, string]>> = {
  good: ["M8 1a7 7 0 1 0 .01 0Z", "M4.6 8.3 7 10.7 11.4 5.7"],
  warn: ["M8 1.6 15 14H1Z", "M8 6v3.8M8 11.8v.2"],
  bad: ["M8 1a7 7 0 1 0 .01 0Z", "M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"],
};

/** A state as a shape; the words beside it say the same. */
export const Mark = ({ sign }: { sign: Sign }) => (
  <svg class="mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false" data-sign={sign}>
    {SIGNS[sign].map((path) => (
      <path key={path} d={path} />
    ))}
  </svg>
);
