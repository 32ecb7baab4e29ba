import { useState } from "preact/hooks";

import { t } from "../i18n/text";
import type { Profile } from "../model";
import { Dialog } from "../parts/Dialog";
import { FormActions } from "../parts/FormActions";
import type { Store } from "../store";

type Props = { store: Store; profile: Profile };

export const MOST_RESERVE = 20;
const USUAL_RESERVE = 3;

/** A reserve of the profile's own, or the one that all have. */
export function ReserveProfile({ store, profile }: Props) {
  const common = store.settings.value?.reserve_percent ?? USUAL_RESERVE;
  const [own, setOwn] = useState(typeof profile.reserve_percent === "number");
  const [percent, setPercent] = useState(profile.reserve_percent ?? common);
  const close = () => (store.sheet.value = null);
  const submit = async (event: Event) => {
    event.preventDefault();
    const wanted = own ? percent : null;
    if (await store.act("reserve", (daemon) => daemon.reserve(profile.id, wanted))) close();
  };
  return (
    <Dialog
      title={t("reserve.title", { name: profile.name })}
      problem={store.problem.value}
      onClose={close}
    >
      <form onSubmit={(event) => void submit(event)}>
        <p class="muted">{t("reserve.text")}</p>
        <div>
          <label class="choice">
            <input type="radio" name="own" checked={!own} onChange={() => setOwn(false)} />
            <span>{t("reserve.common", { percent: common })}</span>
          </label>
          <div class="choice">
            <label class="choice">
              <input type="radio" name="own" checked={own} onChange={() => setOwn(true)} />
              <span>{t("reserve.own")}</span>
            </label>
            <input
              class="short"
              type="number"
              min={0}
              max={MOST_RESERVE}
              step={1}
              required={own}
              aria-label={t("reserve.percent")}
              value={percent}
              onFocus={() => setOwn(true)}
              onInput={(event) => setPercent(event.currentTarget.valueAsNumber)}
            />
            <span aria-hidden="true">{t("settings.percent")}</span>
          </div>
        </div>
        <FormActions label={t("reserve.do")} onCancel={close} />
      </form>
    </Dialog>
  );
}
