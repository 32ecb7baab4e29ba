import { t } from "../i18n/text";
import type { Binding } from "../model";
import { Tick } from "../parts/Pick";
import type { GroupProps } from "./props";

type Props = GroupProps & { line: Binding["second_line"] };

/** The line that Codex's file gets while Codex's own account is out: what it does and costs, and how it stands. */
export function SecondLine({ store, settings, line }: Props) {
  return (
    <section class="section panel">
      <h2>{t("settings.second_line")}</h2>
      <Tick
        checked={settings.second_line}
        onChange={(second_line) => void store.set({ second_line })}
      >
        {t("settings.second_line_do")}
      </Tick>
      <p class="muted under">{t("settings.second_line_text")}</p>
      {line.message && <p class={line.is_foreign ? "caution" : "muted under"}>{line.message}</p>}
    </section>
  );
}
