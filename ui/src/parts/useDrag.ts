import { useRef, useState } from "preact/hooks";

type Drag = { from: number; to: number; shift: number; height: number };

/** What a row needs to be moved by its handle. */
export type Dragged = {
  onGrip: (event: PointerEvent) => void;
  /** How far the row stands from its place, in pixels, while something is dragged. */
  offset: number;
  lifted: boolean;
};

/** Moves the first `count` rows of a list by pointer: mouse, pen or finger. The keyboard has a way of its own. */
export function useDrag(
  count: number,
  onMove: (from: number, to: number) => void,
): (place: number) => Dragged {
  const [drag, setDrag] = useState<Drag | null>(null);
  const live = useRef<Drag | null>(null);
  const show = (next: Drag | null) => {
    live.current = next;
    setDrag(next);
  };

  function start(from: number, event: PointerEvent) {
    const grip = event.currentTarget as HTMLElement;
    const row = grip.closest("li");
    const rows = [...(row?.parentElement?.children ?? [])].map((one) =>
      one.getBoundingClientRect(),
    );
    const moved = rows[from];
    if (event.button !== 0 || !moved) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    const startY = event.clientY;
    const middles = rows.map((one) => (one.top + one.bottom) / 2);
    show({ from, to: from, shift: 0, height: moved.height });
    const follow = ({ clientY }: PointerEvent) => {
      const shift = clientY - startY;
      const middle = (middles[from] ?? 0) + shift;
      const above = middles.filter((one, place) => place !== from && one < middle).length;
      show({ from, to: Math.min(above, count - 1), shift, height: moved.height });
    };
    const end = ({ type }: Event) => {
      grip.removeEventListener("pointermove", follow);
      const last = live.current;
      show(null);
      if (type === "pointerup" && last && last.to !== last.from) onMove(last.from, last.to);
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("pointerup", end, { once: true });
    grip.addEventListener("pointercancel", end, { once: true });
  }

  return (place) => ({
    onGrip: (event) => start(place, event),
    offset: drag ? offset(drag, place) : 0,
    lifted: drag?.from === place,
  });
}

/** The rows between make room. */
function offset({ from, to, shift, height }: Drag, place: number): number {
  if (place === from) return shift;
  if (from < place && place <= to) return -height;
  return to <= place && place < from ? height : 0;
}
