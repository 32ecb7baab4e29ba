import { t } from "../i18n/text";
import { NumberField } from "../parts/NumberField";
import { Tick } from "../parts/Pick";
import type { GroupProps } from "./props";

const MOST_DAYS = 3650;

/** What is kept of what was used. */
export function UsageKept({ store, settings }: GroupProps) {
  return (
    <section class="section panel">
      <h2>{t("kept.title")}</h2>
      <NumberField
        label={t("kept.days")}
        unit={t("kept.unit")}
        value={settings.usage_keep_days}
        min={1}
        max={MOST_DAYS}
        onSet={(usage_keep_days) => void store.set({ usage_keep_days })}
      />
      <Tick
        checked={settings.usage_project_names}
        onChange={(usage_project_names) => void store.set({ usage_project_names })}
      >
        {t("kept.names")}
      </Tick>
      <p class="muted under">{t("kept.names_text")}</p>
    </section>
  );
}
