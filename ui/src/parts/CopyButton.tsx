import { useEffect, useState } from "preact/hooks";

import { t } from "../i18n/text";
import { CopyIcon } from "./icons";

type Props = { text: string; label?: string; name?: string };

const COPIED_MS = 2000;

/** Puts a text on the clipboard and says so, in the place of its own label. */
export function CopyButton({ text, label = t("common.copy"), name }: Props) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      aria-label={copied ? t("common.copied") : name}
      onClick={() => void copy(text).then(setCopied)}
    >
      <CopyIcon />
      <span aria-live="polite">{copied ? t("common.copied") : label}</span>
    </button>
  );
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** For web views that keep the clipboard from pages. */
function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
