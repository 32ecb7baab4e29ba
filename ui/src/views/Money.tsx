import type { UseCredits } from "../generated/types";
import { t } from "../i18n/text";
import { NumberField } from "../parts/NumberField";
import { Tick } from "../parts/Pick";
import { CreditsChoice } from "./CreditsChoice";
import type { GroupProps } from "./props";

const USUAL_HOURS = 4;
const MOST_HOURS = 168;

/** What may cost money beyond the plans: nothing, unless the user says so. */
export function Money({ store, settings }: GroupProps) {
  const { use_api_keys, use_credits, redeem_when_out_hours } = settings;
  return (
    <section class="section panel">
      <h2>{t("settings.money")}</h2>
      <CreditsChoice<UseCredits>
        legend={t("settings.credits")}
        value={use_credits}
        onPick={(consent) => void store.set({ use_credits: consent })}
      />
      <p class="muted under">{t("settings.credits_text")}</p>
      <Tick
        checked={redeem_when_out_hours > 0}
        onChange={(on) => void store.set({ redeem_when_out_hours: on ? USUAL_HOURS : 0 })}
      >
        {t("settings.redeem")}
      </Tick>
      <NumberField
        label={t("settings.redeem_hours")}
        unit={t("settings.h")}
        value={redeem_when_out_hours || USUAL_HOURS}
        min={1}
        max={MOST_HOURS}
        onSet={(hours) => void store.set({ redeem_when_out_hours: hours })}
      />
      <p class="muted under">{t("settings.redeem_text")}</p>
      <Tick checked={use_api_keys} onChange={(on) => void store.set({ use_api_keys: on })}>
        {t("settings.keys")}
      </Tick>
      <p class="muted under">{t("settings.keys_text")}</p>
    </section>
  );
}
