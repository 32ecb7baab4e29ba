import { t } from "../i18n/text";
import type { Profile } from "../model";
import { Dialog } from "../parts/Dialog";
import type { Store } from "../store";

type Props = { store: Store; profile: Profile; inFile: boolean };

export function RemoveProfile({ store, profile, inFile }: Props) {
  const close = () => (store.sheet.value = null);
  const remove = async () => {
    if (await store.act("remove", (daemon) => daemon.remove(profile.id))) close();
  };
  const signIn = inFile ? t("remove.text_file") : t("remove.text");
  return (
    <Dialog
      title={t("remove.title", { name: profile.name })}
      problem={store.problem.value}
      onClose={close}
    >
      <p>{profile.kind === "chatgpt" ? signIn : t("remove.text_key")}</p>
      <p class="actions end">
        <button type="button" autoFocus onClick={close}>
          {t("common.cancel")}
        </button>
        <button type="button" class="danger" onClick={() => void remove()}>
          {t("remove.do")}
        </button>
      </p>
    </Dialog>
  );
}
