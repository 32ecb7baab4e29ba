import { useState } from "preact/hooks";

import type { Profile } from "../model";
import { Dialog } from "../parts/Dialog";
import type { Store } from "../store";

type Props = { store: Store; profile: Profile; onClose: () => void };

const LONGEST_NAME = 40;

export function RenameProfile({ store, profile, onClose }: Props) {
  const [name, setName] = useState(profile.name);
  const wanted = name.trim();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await store.act("rename", (daemon) => daemon.rename(profile.id, wanted))) onClose();
  };
  return (
    <Dialog title={`Rename ${profile.name}`} problem={store.problem.value} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <label class="field">
          Name
          <input
            value={name}
            maxLength={LONGEST_NAME}
            autoFocus
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <p class="actions end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={wanted === "" || wanted === profile.name}>
            Rename
          </button>
        </p>
      </form>
    </Dialog>
  );
}
