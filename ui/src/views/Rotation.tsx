import { t } from "../i18n/text";
import { NumberField } from "../parts/NumberField";
import { Tick } from "../parts/Pick";
import { OrderMenu } from "./NextProfiles";
import { MOST_RESERVE } from "./ReserveProfile";
import type { GroupProps } from "./props";

const MINUTES_PER_HOUR = 60;
const MOST_HOURS = 6;

/** Who serves next, and what happens when nobody can. */
export function Rotation({ store, settings }: GroupProps) {
  const { rotate, reserve_percent, wait_for_reset_minutes } = settings;
  const hours = Math.max(1, Math.round(wait_for_reset_minutes / MINUTES_PER_HOUR));
  const wait = (minutes: number) => void store.set({ wait_for_reset_minutes: minutes });
  return (
    <section class="section panel">
      <h2>{t("settings.rotation")}</h2>
      <Tick checked={rotate} onChange={(on) => void store.set({ rotate: on })}>
        {t("settings.rotate")}
      </Tick>
      <OrderMenu store={store} policy={settings.policy} />
      <NumberField
        label={t("settings.reserve")}
        unit={t("settings.percent")}
        value={reserve_percent}
        min={0}
        max={MOST_RESERVE}
        onSet={(percent) => void store.set({ reserve_percent: percent })}
      />
      <fieldset>
        <legend>{t("settings.out")}</legend>
        <label class="choice">
          <input
            type="radio"
            name="out"
            checked={wait_for_reset_minutes === 0}
            onChange={() => wait(0)}
          />
          <span>{t("settings.out_stop")}</span>
        </label>
        <div class="choice">
          <label class="choice">
            <input
              type="radio"
              name="out"
              checked={wait_for_reset_minutes > 0}
              onChange={() => wait(MOST_HOURS * MINUTES_PER_HOUR)}
            />
            <span>{t("settings.out_wait")}</span>
          </label>
          <NumberField
            label={t("settings.out_hours")}
            hidden
            unit={t("settings.h")}
            value={wait_for_reset_minutes === 0 ? MOST_HOURS : hours}
            min={1}
            max={MOST_HOURS}
            onSet={(wanted) => wait(wanted * MINUTES_PER_HOUR)}
          />
        </div>
      </fieldset>
    </section>
  );
}
