import { t } from "../i18n/text";

type Props = { text: string; onClose: () => void };

/** Something went wrong: what, and what to do. Stays until it is read and closed. */
export function Notice({ text, onClose }: Props) {
  return (
    <div class="notice" role="alert">
      <p>{text}</p>
      <button type="button" class="quiet" onClick={onClose}>
        {t("common.dismiss")}
      </button>
    </div>
  );
}
