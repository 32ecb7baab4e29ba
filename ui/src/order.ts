/** Places in the list "Next, in this order", and moving among them. */
import type { Profile } from "./model";

/** As new conversations would take them; the daemon says who that is. */
export function inOrder(profiles: readonly Profile[]): Profile[] {
  return [...profiles].sort((a, b) => a.place - b.place);
}

/** The whole list of ids with one profile moved among its group, or null when it cannot go further. */
export function moved(
  all: readonly Profile[],
  group: readonly Profile[],
  id: string,
  to: number,
): string[] | null {
  const ids = group.map((one) => one.id);
  const from = ids.indexOf(id);
  if (from < 0 || to < 0 || to >= ids.length || to === from) return null;
  ids.splice(to, 0, ...ids.splice(from, 1));
  // The group's members take the group's places; all others keep theirs.
  const places = new Set(ids);
  let next = 0;
  return all.map((one) => (places.has(one.id) ? (ids[next++] ?? one.id) : one.id));
}
