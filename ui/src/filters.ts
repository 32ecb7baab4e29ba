/** Where a line of activity belongs, and what it is called. */
import { t } from "./i18n/text";
import { KINDS, type Filter, type Kind } from "./generated/kinds";

function isKind(kind: string): kind is Kind {
  return Object.hasOwn(KINDS, kind);
}

/** Where a kind belongs; one of a newer daemon is shown under "all" only. */
export function sortOf(kind: string): Filter {
  return isKind(kind) ? KINDS[kind] : "all";
}

/** What a kind is called; none for one of a newer daemon. */
export function labelOf(kind: string): string | undefined {
  return isKind(kind) ? t(`kind.${kind}`) : undefined;
}
