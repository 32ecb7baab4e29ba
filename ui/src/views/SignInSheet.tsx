import { t } from "../i18n/text";
import type { Profile, SignIn } from "../model";
import { CopyButton } from "../parts/CopyButton";
import { Dialog } from "../parts/Dialog";
import { Mark } from "../parts/icons";
import type { Store } from "../store";
import { ChooseWorkspace } from "./ChooseWorkspace";
import { DeviceCode } from "./DeviceCode";
import { PasteAddress } from "./PasteAddress";

type Props = { store: Store; signIn: SignIn; profiles: readonly Profile[] };

/** A sign-in from its start to its end. It goes on in the daemon; closing the window does not end it. */
export function SignInSheet({ store, signIn, profiles }: Props) {
  const { state, profile } = signIn;
  const again = profiles.find((one) => one.id === profile)?.name;
  const over = state === "done" || state === "failed";
  const cancel = () => void store.act("sign in", (daemon) => daemon.signInCancel());
  const dismiss = () => void store.act("sign in", (daemon) => daemon.signInDismiss());
  return (
    <Dialog
      title={again ? t("signin.title_again", { name: again }) : t("signin.title")}
      problem={store.problem.value}
      onClose={over ? dismiss : cancel}
    >
      <Step store={store} signIn={signIn} onCancel={cancel} onDismiss={dismiss} />
    </Dialog>
  );
}

type StepProps = {
  store: Store;
  signIn: SignIn;
  onCancel: () => void;
  onDismiss: () => void;
};

function Step({ store, signIn, onCancel, onDismiss }: StepProps) {
  switch (signIn.state) {
    case "waiting":
      if (signIn.method === "device")
        return <DeviceCode store={store} signIn={signIn} onCancel={onCancel} />;
      return <Waiting store={store} signIn={signIn} onCancel={onCancel} />;
    case "choose_workspace":
      return <ChooseWorkspace store={store} signIn={signIn} onCancel={onCancel} />;
    case "cancelled":
      return null;
    case "done":
    case "failed":
      return <Ended store={store} signIn={signIn} onDismiss={onDismiss} />;
  }
}

function Waiting({ store, signIn, onCancel }: Omit<StepProps, "onDismiss">) {
  const { url, message, profile } = signIn;
  const useCode = async () => {
    await store.act("sign in", (daemon) => daemon.signInCancel());
    await store.signIn("device", profile);
  };
  return (
    <div class="step">
      <p class="waiting-for" aria-live="polite">
        <span class="pulse" aria-hidden="true" />
        {t("signin.waiting")}
      </p>
      <p class="muted">{message ?? t("signin.waiting_text")}</p>
      <p class="actions">
        <button
          type="button"
          class="primary"
          onClick={() => void store.act("sign in open", (daemon) => daemon.signInOpen())}
        >
          {t("signin.open_again")}
        </button>
        {url && <CopyButton text={url} label={t("signin.copy_link")} />}
        <button type="button" onClick={() => void useCode()}>
          {t("signin.use_code")}
        </button>
        <button type="button" class="to-end" onClick={onCancel}>
          {t("common.cancel")}
        </button>
      </p>
      <PasteAddress store={store} />
    </div>
  );
}

function Ended({ store, signIn, onDismiss }: Omit<StepProps, "onCancel">) {
  const done = signIn.state === "done";
  const again = async () => {
    await store.act("sign in", (daemon) => daemon.signInDismiss());
    await store.signIn(signIn.method, signIn.profile);
  };
  return (
    <div class="step">
      <div class="verdict" role="status">
        <Mark sign={done ? "good" : "bad"} />
        <div>
          <p class="verdict-word">{done ? t("signin.done") : t("signin.failed")}</p>
          {signIn.message && <p class="muted">{signIn.message}</p>}
        </div>
      </div>
      <p class="actions end">
        {!done && (
          <button type="button" class="primary" onClick={() => void again()}>
            {t("common.try_again")}
          </button>
        )}
        <button type="button" class={done ? "primary" : undefined} autoFocus onClick={onDismiss}>
          {done ? t("common.done") : t("common.close")}
        </button>
      </p>
    </div>
  );
}
