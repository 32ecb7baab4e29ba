import type { Snapshot } from "../model";
import { Dialog } from "../parts/Dialog";
import type { Store } from "../store";
import { ImportForm } from "./ImportForm";

type Props = { store: Store; snapshot: Snapshot };

export function AddProfile({ store, snapshot }: Props) {
  const close = () => (store.adding.value = false);
  return (
    <Dialog title="Add a profile" problem={store.problem.value} onClose={close}>
      <ImportForm
        store={store}
        codexHome={snapshot.binding.codex_home}
        onDone={close}
        onCancel={close}
      />
    </Dialog>
  );
}
