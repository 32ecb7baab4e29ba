import type { Snapshot } from "../model";
import type { Store } from "../store";
import { BindButton } from "./BindButton";
import { ImportForm } from "./ImportForm";
import { StartAtLogin } from "./StartAtLogin";

type Props = { store: Store; snapshot: Snapshot };

/** The profile list before there is a profile: what this is, and the steps to use it. */
export function FirstRun({ store, snapshot }: Props) {
  const { codex_home, state } = snapshot.binding;
  return (
    <div class="first-run">
      <h2 class="title">Use several Codex profiles as one</h2>
      <p class="lead">
        Rotunda runs on this computer, keeps your sign-ins in the keychain and moves Codex to the
        next profile when one runs out.
      </p>
      <ol class="steps">
        <li>
          <h3>Add a profile</h3>
          <p>Import the sign-in that Codex has here, or one from another folder.</p>
          <ImportForm store={store} codexHome={codex_home} onDone={() => undefined} />
        </li>
        <li>
          <h3>Bind Codex</h3>
          <p>
            Adds one line to <code>{codex_home}/config.toml</code>. A backup is kept, and Unbind
            takes the line out again.
          </p>
          {state === "bound" ? (
            <p>Codex is bound already.</p>
          ) : (
            <BindButton store={store} label="Bind Codex" disabledBecause="Waits for step 1" />
          )}
        </li>
        <li>
          <h3>Keep it running</h3>
          <StartAtLogin store={store} />
        </li>
      </ol>
      <p class="terms">
        Rotunda is for sign-ins you own. Each of them stays under its provider's terms, which may
        say how accounts can be used.
      </p>
    </div>
  );
}
