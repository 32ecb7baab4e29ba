import { useState } from "preact/hooks";

import type { HookTried } from "../answers";
import { t } from "../i18n/text";
import { Pick } from "../parts/Pick";
import { useAnswer } from "../parts/useAnswer";
import type { GroupProps } from "./props";

/** Commands that run when something happens: one line of text for each kind. */
export function Hooks({ store, settings }: GroupProps) {
  const kinds = useAnswer(() => store.read((daemon) => daemon.hooks()));
  const [added, setAdded] = useState<string | null>(null);
  const set = Object.keys(settings.hooks);
  const shown = added !== null && !set.includes(added) ? [...set, added] : set;
  const free =
    kinds.state === "there" ? kinds.value.filter(({ kind }) => !shown.includes(kind)) : [];
  return (
    <section class="section panel">
      <h2>{t("hooks.title")}</h2>
      <p class="muted">{t("hooks.text")}</p>
      {kinds.state === "refused" && <p class="muted">{kinds.why}</p>}
      {shown.map((kind) => (
        <Hook
          key={kind}
          store={store}
          settings={settings}
          kind={kind}
          onGone={() => setAdded(null)}
        />
      ))}
      {free.length > 0 && (
        <Pick
          label={t("hooks.add")}
          value=""
          choices={[["", t("hooks.choose")], ...free.map(({ kind }) => [kind, kind] as const)]}
          onPick={(kind) => setAdded(kind || null)}
        />
      )}
    </section>
  );
}

type HookProps = GroupProps & { kind: string; onGone: () => void };

function Hook({ store, settings, kind, onGone }: HookProps) {
  const saved = settings.hooks[kind] ?? "";
  const [command, setCommand] = useState(saved);
  const [tried, setTried] = useState<HookTried | null>(null);
  const save = (wanted: string) => store.set({ hooks: { [kind]: wanted } });
  const commit = async () => {
    if (command.trim() !== saved) await save(command.trim());
  };
  const attempt = async () => {
    setTried(null);
    await commit();
    setTried(await store.ask(`try ${kind}`, (daemon) => daemon.tryHook(kind)));
  };
  const remove = async () => {
    await save("");
    onGone();
  };
  return (
    <div class="file-form">
      <label class="field">
        <span>
          {t("hooks.command")} <code>{kind}</code>
        </span>
        <input
          class="code"
          value={command}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => setCommand(event.currentTarget.value)}
          onBlur={() => void commit()}
        />
      </label>
      <p class="actions">
        <button
          type="button"
          aria-label={t("hooks.try_it", { kind })}
          disabled={command.trim() === "" || store.pending.value.has(`try ${kind}`)}
          onClick={() => void attempt()}
        >
          {t("hooks.try")}
        </button>
        <button
          type="button"
          aria-label={t("hooks.remove_it", { kind })}
          onClick={() => void remove()}
        >
          {t("hooks.remove")}
        </button>
      </p>
      <div role="status">
        {tried && <p class={tried.worked ? "muted" : "caution"}>{tried.text}</p>}
        {tried?.output && <pre class="code">{tried.output}</pre>}
      </div>
    </div>
  );
}
