import { useEffect, useState } from "preact/hooks";

import type { ImportItem, ImportResult } from "../answers";
import { t } from "../i18n/text";
import { Dialog } from "../parts/Dialog";
import { Mark } from "../parts/icons";
import { Field } from "../parts/Pick";
import type { Store } from "../store";
import { ImportList } from "./ImportList";
import { ImportPlain } from "./ImportPlain";

/** What was looked at: a path, or the well-known places when there is none. */
type Look = { path: string | null; items: readonly ImportItem[] };

export function ImportSheet({ store }: { store: Store }) {
  const close = () => (store.sheet.value = null);
  return (
    <Dialog title={t("import.title")} problem={store.problem.value} onClose={close}>
      {store.offers("import_preview") ? (
        <ImportPreviewed store={store} onDone={close} />
      ) : (
        <ImportPlain store={store} onDone={close} />
      )}
    </Dialog>
  );
}

/** Takes sign-ins over, after showing what would happen to each. Only the path leaves the window. */
function ImportPreviewed({ store, onDone }: { store: Store; onDone: () => void }) {
  const [path, setPath] = useState("");
  const [look, setLook] = useState<Look | null>(null);
  const [results, setResults] = useState<readonly ImportResult[] | null>(null);
  useEffect(() => {
    // What the user looked at meanwhile stays.
    const show = (items: readonly ImportItem[]) =>
      setLook((shown) => shown ?? { path: null, items });
    void store.read((daemon) => daemon.found()).then(show, () => show([]));
  }, []);
  const preview = async (event: Event) => {
    event.preventDefault();
    const wanted = path.trim();
    const items = await store.ask("look", (daemon) => daemon.importPreview(wanted));
    if (items) setLook({ path: wanted, items });
  };
  if (results) return <Results results={results} onDone={onDone} />;
  return (
    <div class="import">
      <form class="look" onSubmit={(event) => void preview(event)}>
        <Field label={t("import.path")} value={path} code autoFocus onInput={setPath} />
        <button type="submit" disabled={path.trim() === "" || store.pending.value.has("look")}>
          {t("import.look")}
        </button>
      </form>
      {look && look.items.length === 0 && look.path !== null && (
        <p class="muted">{t("import.nothing")}</p>
      )}
      <ImportList
        key={look?.path ?? ""}
        store={store}
        path={look?.path ?? null}
        items={look?.items ?? []}
        onDone={setResults}
        onClose={onDone}
      />
    </div>
  );
}

function Results({ results, onDone }: { results: readonly ImportResult[]; onDone: () => void }) {
  return (
    <div class="import">
      <ul class="results" aria-label={t("import.results")} aria-live="polite">
        {results.map(({ label, ok, message }, place) => (
          <li key={place} class="verdict">
            <Mark sign={ok ? "good" : "bad"} />
            <div>
              <p>
                <b>{label}</b> · {ok ? t("import.ok") : t("import.not_ok")}
              </p>
              {message && <p class="muted">{message}</p>}
            </div>
          </li>
        ))}
      </ul>
      <p class="actions end">
        <button type="button" class="primary" autoFocus onClick={onDone}>
          {t("common.done")}
        </button>
      </p>
    </div>
  );
}
