import type { Snapshot } from "../model";
import { later } from "../parts/later";
import type { Store } from "../store";
import { AddProfile } from "./AddProfile";
import { RemoveProfile } from "./RemoveProfile";
import { RenameProfile } from "./RenameProfile";
import { ReserveProfile } from "./ReserveProfile";
import { SignInSheet } from "./SignInSheet";

const AddKey = later(() => import("./AddKey").then((part) => part.AddKey));
const ImportSheet = later(() => import("./ImportSheet").then((part) => part.ImportSheet));
const ProfileCredits = later(() => import("./ProfileCredits").then((part) => part.ProfileCredits));

const RedeemReset = later(() => import("./RedeemReset").then((part) => part.RedeemReset));

type Props = { store: Store; snapshot: Snapshot };

/** The one sheet in front, if any. A sign-in under way comes before what the user opened. */
export function Sheets({ store, snapshot }: Props) {
  const { sign_in } = snapshot;
  if (sign_in && sign_in.state !== "cancelled")
    return <SignInSheet store={store} signIn={sign_in} profiles={snapshot.profiles} />;
  const sheet = store.sheet.value;
  if (sheet === null) return null;
  switch (sheet.kind) {
    case "add":
      return <AddProfile store={store} />;
    case "import":
      return <ImportSheet store={store} />;
    case "key":
      return <AddKey store={store} />;
    case "rename":
      return <RenameProfile store={store} profile={sheet.profile} />;
    case "remove":
      return <RemoveProfile store={store} profile={sheet.profile} inFile={isFile(snapshot)} />;
    case "reserve":
      return <ReserveProfile store={store} profile={sheet.profile} />;
    case "redeem":
      return <RedeemReset store={store} profile={sheet.profile} />;
    case "credits":
      return <ProfileCredits store={store} profile={sheet.profile} />;
  }
}

function isFile({ vault }: Snapshot): boolean {
  return vault?.kind === "file";
}
