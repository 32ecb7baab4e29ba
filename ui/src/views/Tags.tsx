import { t } from "../i18n/text";
import type { Profile } from "../model";

/** What is special about a profile, in a word or two beside its name. */
export function Tags({ profile }: { profile: Profile }) {
  const { pinned, own_sign_in, reserve_percent } = profile;
  return (
    <>
      {pinned && <span class="tag strong">{t("profiles.staying")}</span>}
      {own_sign_in && (
        <span class="tag" title={t("profiles.own_means")}>
          {t("profiles.own")}
        </span>
      )}
      {typeof reserve_percent === "number" && (
        <span class="tag">{t("profiles.reserve_of", { percent: reserve_percent })}</span>
      )}
    </>
  );
}
