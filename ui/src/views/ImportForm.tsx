import { useId, useState } from "preact/hooks";

import type { Store } from "../store";

type Props = { store: Store; codexHome: string; onDone: () => void; onCancel?: () => void };

const LONGEST_NAME = 40;

/** Takes a sign-in over from Codex's folder or an auth.json file. Only the path leaves the window. */
export function ImportForm({ store, codexHome, onDone, onCancel }: Props) {
  const [path, setPath] = useState(codexHome);
  const [name, setName] = useState("");
  const hint = useId();
  const busy = store.pending.value.has("import");
  const submit = async (event: Event) => {
    event.preventDefault();
    const done = await store.act("import", (daemon) =>
      daemon.importFrom(path.trim(), name.trim() || null),
    );
    if (done) onDone();
  };
  return (
    <form class="import" onSubmit={(event) => void submit(event)}>
      <label class="field">
        Codex folder, or an auth.json file
        <input
          value={path}
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          required
          aria-describedby={hint}
          onInput={(event) => setPath(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        Name (optional)
        <input
          value={name}
          maxLength={LONGEST_NAME}
          placeholder="work"
          autocomplete="off"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <p class="muted" id={hint}>
        Codex and Rotunda then refresh the same sign-in. If one of them is signed out by that, sign
        in to Codex again and import it again. In a terminal:{" "}
        <code>rotunda import PATH --name NAME</code>
      </p>
      <p class="actions end">
        {onCancel && (
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        )}
        <button type="submit" class="primary" disabled={busy || path.trim() === ""}>
          {busy ? "Adding…" : "Add this profile"}
        </button>
      </p>
    </form>
  );
}
