/** What views of one page give each other. */
import type { SettingsView } from "../answers";
import type { Store } from "../store";

/** The name of a profile by its id, also when it is there no more. */
export type Names = (profile: string) => string;

/** Where a row stands among those that can be moved. */
export type OrderPosition = {
  index: number;
  count: number;
  onMove: (from: number, to: number) => void;
};

export type GroupProps = { store: Store; settings: SettingsView };
