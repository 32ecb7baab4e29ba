import { t } from "../i18n/text";

type Props = { label: string; disabled?: boolean; onCancel: () => void };

/** The last row of a form in a dialog: a button that closes it, and the one that submits. */
export function FormActions({ label, disabled = false, onCancel }: Props) {
  return (
    <p class="actions end">
      <button type="button" onClick={onCancel}>
        {t("common.cancel")}
      </button>
      <button type="submit" class="primary" disabled={disabled}>
        {label}
      </button>
    </p>
  );
}
