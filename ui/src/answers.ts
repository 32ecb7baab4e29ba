/** What commands answer, beside the snapshot. The types are made from the daemon's; times are unix seconds. */
export { NOTICES } from "./generated/types";
export type {
  HookTried,
  HookView,
  ImportItem,
  ImportResult,
  LanguageChoice,
  NewProvider,
  QuotaLine,
  Theme,
  UsageBy,
  UsageLine,
  UsageView,
} from "./generated/types";
export type {
  Check as CheckLine,
  HistoryView as History,
  HourLine as Hour,
  ImportPick as Pick,
  NoticeKind as Notice,
  PolicyView as Policy,
  RequestView as RequestLine,
  Restoring as RestorePreview,
  SettingsPage as SettingsView,
  TokenLine as TokenCount,
} from "./generated/types";
