import { useState } from "preact/hooks";

import type { ImportItem, ImportResult } from "../answers";
import { many, t } from "../i18n/text";
import { planName } from "../names";
import type { Store } from "../store";
import { LONGEST_NAME } from "./AddProfile";

type Props = {
  store: Store;
  path: string | null;
  items: readonly ImportItem[];
  onDone: (results: readonly ImportResult[]) => void;
  onClose: () => void;
};

/** What can be imported, each with what it would do. Nothing is picked that would share a sign-in unasked. */
export function ImportList({ store, path, items, onDone, onClose }: Props) {
  const usable = items.filter((one) => one.ok);
  const [names, setNames] = useState<Readonly<Record<number, string>>>({});
  const [picked, setPicked] = useState<ReadonlySet<number> | null>(null);
  const chosen = picked ?? new Set(usable.map((one) => one.index));
  const shared = usable.some((one) => chosen.has(one.index) && one.message);
  const busy = store.pending.value.has("import");
  const pick = (index: number, on: boolean) =>
    setPicked(new Set(on ? [...chosen, index] : [...chosen].filter((one) => one !== index)));
  const submit = async (event: Event) => {
    event.preventDefault();
    const picks = usable
      .filter((one) => chosen.has(one.index))
      .map(({ index }) => ({ index, name: names[index]?.trim() || null }));
    const results = await store.ask("import", (daemon) => daemon.importItems(path, picks));
    if (results) onDone(results);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      {items.length > 0 && (
        <ul class="found">
          {items.map((item) => (
            <Item
              key={item.index}
              item={item}
              picked={chosen.has(item.index)}
              name={names[item.index] ?? item.name}
              onPick={(on) => pick(item.index, on)}
              onName={(name) => setNames({ ...names, [item.index]: name })}
            />
          ))}
        </ul>
      )}
      <p class="actions end">
        {shared && store.offers("sign_in") && (
          <button type="button" class="primary" onClick={() => void store.signIn("browser")}>
            {t("import.recommended")}
          </button>
        )}
        {usable.length > 0 && (
          <button
            type="submit"
            class={shared ? undefined : "primary"}
            disabled={busy || chosen.size === 0}
          >
            {busy ? t("import.busy") : many("import.do", chosen.size)}
          </button>
        )}
        <button type="button" onClick={onClose}>
          {t("common.cancel")}
        </button>
      </p>
    </form>
  );
}

type ItemProps = {
  item: ImportItem;
  picked: boolean;
  name: string;
  onPick: (on: boolean) => void;
  onName: (name: string) => void;
};

function Item({ item, picked, name, onPick, onName }: ItemProps) {
  const { source, email, plan, known, ok, message } = item;
  return (
    <li class="found-item" data-ok={ok}>
      <label class="choice">
        <input
          type="checkbox"
          checked={ok && picked}
          disabled={!ok}
          onChange={(event) => onPick(event.currentTarget.checked)}
        />
        <span>
          <b>{whoIs(email, plan) || source}</b>
          <span class="muted"> {t("first.from", { source })}</span>
        </span>
      </label>
      {ok && picked && known === null && (
        <label class="inline-field">
          <span>{t("common.name")}</span>
          <input
            value={name}
            maxLength={LONGEST_NAME}
            onInput={(event) => onName(event.currentTarget.value)}
          />
        </label>
      )}
      {known !== null && <p class="muted">{t("import.updates", { name: known })}</p>}
      {message && <p class={ok ? "caution" : "muted"}>{message}</p>}
    </li>
  );
}

/** "you@example.com · Plus" */
export function whoIs(email: string | null, plan: string | null): string {
  return [email, plan && planName(plan)].filter(Boolean).join(" · ");
}
