import { useLayoutEffect, useRef } from "preact/hooks";

import type { Policy } from "../answers";
import { t } from "../i18n/text";
import type { Profile } from "../model";
import { inOrder, moved } from "../order";
import { Pick } from "../parts/Pick";
import { useDrag } from "../parts/useDrag";
import type { Store } from "../store";
import { ProfileRow } from "./ProfileRow";

type Props = { store: Store; all: readonly Profile[]; ready: readonly Profile[] };

const POLICIES: readonly Policy[] = ["resets_first", "most_left", "my_order"];

/**
 * Who comes next. Moving a row makes the order one's own, and the menu says so. Movable rows stand first, so that a
 * place among them is a place in the list.
 */
export function NextProfiles({ store, all, ready }: Props) {
  const settings = store.settings.value;
  const shown = inOrder(ready);
  const movable = shown.filter((one) => !one.is_last_resort);
  const canMove = movable.length > 1;
  const keep = useKeptFocus(shown);
  const place = (from: number, to: number) => {
    const profile = movable[from];
    const ids = profile && moved(all, movable, profile.id, to);
    if (!profile || !ids) return;
    keep();
    void move(store, ids).then((done) => {
      if (!done) return;
      const [name, count] = [profile.name, movable.length];
      store.announcement.value = t("profiles.moved", { name, place: to + 1, count });
    });
  };
  const drag = useDrag(movable.length, place);
  if (ready.length === 0) return null;
  return (
    <section class="section">
      <div class="section-head">
        <h2>{t("profiles.next")}</h2>
        {settings && all.length > 1 && (
          <OrderMenu
            store={store}
            policy={settings.policy}
            hint={t(`profiles.order.${settings.policy}_means`)}
          />
        )}
      </div>
      <ol class="list">
        {shown.map((profile, index) => (
          <ProfileRow
            key={profile.id}
            store={store}
            profile={profile}
            place={
              canMove && movable.includes(profile)
                ? { index, count: movable.length, onMove: place }
                : undefined
            }
            dragged={canMove && movable.includes(profile) ? drag(index) : undefined}
          />
        ))}
      </ol>
    </section>
  );
}

/** A row that moves in the page loses the focus; this gives it back once the new order stands. */
function useKeptFocus(shown: readonly Profile[]): () => void {
  const kept = useRef<HTMLElement | null>(null);
  const order = shown.map((one) => one.id).join();
  useLayoutEffect(() => {
    kept.current?.focus();
    kept.current = null;
  }, [order]);
  return () => {
    kept.current = document.activeElement as HTMLElement | null;
  };
}

async function move(store: Store, ids: readonly string[]): Promise<boolean> {
  const done = await store.act("reorder", (daemon) => daemon.reorder(ids));
  if (done && store.settings.value && store.settings.value.policy !== "my_order")
    await store.set({ policy: "my_order" });
  return done;
}

type OrderProps = { store: Store; policy: Policy; hint?: string };

/** The order that is kept. The hint stands where the rows are that it speaks of. */
export function OrderMenu({ store, policy, hint }: OrderProps) {
  return (
    <div class="order">
      {hint && <span class="muted">{hint}</span>}
      <Pick
        label={t("profiles.order")}
        value={policy}
        choices={POLICIES.map((one) => [one, t(`profiles.order.${one}`)] as const)}
        disabled={store.pending.value.has("settings")}
        onPick={(wanted) => void store.set({ policy: wanted })}
      />
    </div>
  );
}
