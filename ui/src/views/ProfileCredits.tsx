import { useState } from "preact/hooks";

import type { UseCredits } from "../generated/types";
import { t } from "../i18n/text";
import type { Profile } from "../model";
import { Dialog } from "../parts/Dialog";
import { FormActions } from "../parts/FormActions";
import type { Store } from "../store";
import { CreditsChoice } from "./CreditsChoice";

type Props = { store: Store; profile: Profile };

/** Whether the credits of one profile may pay, or the setting of all profiles holds. */
export function ProfileCredits({ store, profile }: Props) {
  const common = store.settings.value?.use_credits ?? "never";
  const [own, setOwn] = useState<UseCredits | null>(profile.credits?.own_consent ?? null);
  const close = () => (store.sheet.value = null);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await store.act("credits", (daemon) => daemon.allowCredits(profile.id, own))) close();
  };
  return (
    <Dialog
      title={t("credits.title", { name: profile.name })}
      problem={store.problem.value}
      onClose={close}
    >
      <form onSubmit={(event) => void submit(event)}>
        {profile.credits && <p>{profile.credits.text}</p>}
        <p class="muted">{t("settings.credits_text")}</p>
        <CreditsChoice<UseCredits | null>
          legend={t("settings.credits")}
          value={own}
          onPick={setOwn}
          first={[{ value: null, label: t("credits.common", { consent: t(`credits.${common}`) }) }]}
        />
        <FormActions label={t("reserve.do")} onCancel={close} />
      </form>
    </Dialog>
  );
}
