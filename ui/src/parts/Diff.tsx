import { t } from "../i18n/text";

const KINDS: Readonly<Record<string, "added" | "removed">> = { "+": "added", "-": "removed" };

/** A difference line by line: removed and added lines have a sign and words, not only a colour. */
export function Diff({ text, name }: { text: string; name: string }) {
  const lines = text.replace(/\n$/, "").split("\n");
  return (
    <div class="diff block" role="region" tabIndex={0} aria-label={name}>
      {lines.map((line, place) => {
        const kind = KINDS[line.charAt(0)] ?? "same";
        return (
          <div key={place} class="diff-line" data-kind={kind}>
            {kind === "removed" && <span class="visually-hidden">{t("codex.removed")} </span>}
            {kind === "added" && <span class="visually-hidden">{t("codex.added")} </span>}
            {line || " "}
          </div>
        );
      })}
    </div>
  );
}
