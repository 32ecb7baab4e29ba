import type { Profile } from "../model";
import { Dialog } from "../parts/Dialog";
import type { Store } from "../store";

type Props = { store: Store; profile: Profile; onClose: () => void };

export function RemoveProfile({ store, profile, onClose }: Props) {
  const remove = async () => {
    if (await store.act("remove", (daemon) => daemon.remove(profile.id))) onClose();
  };
  return (
    <Dialog title={`Remove ${profile.name}?`} problem={store.problem.value} onClose={onClose}>
      <p>
        Its sign-in is deleted from the keychain.{" "}
        {profile.kind === "chatgpt"
          ? "Your ChatGPT account is not affected."
          : "The API key itself stays valid."}
      </p>
      <p class="actions end">
        <button type="button" autoFocus onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="danger" onClick={() => void remove()}>
          Remove
        </button>
      </p>
    </Dialog>
  );
}
