import { useState } from "preact/hooks";

import { t } from "../i18n/text";
import type { Profile, TestTurn } from "../model";
import { Mark } from "../parts/icons";
import { Pick } from "../parts/Pick";
import type { Store } from "../store";

type Props = { store: Store; turn: TestTurn | null; profiles: readonly Profile[] };

const IN_USE = "";

/** One real turn, to see that everything works together. */
export function TestTurnPanel({ store, turn, profiles }: Props) {
  const [profile, setProfile] = useState(IN_USE);
  const running = turn?.state === "running";
  const run = () =>
    void store.act("test turn", (daemon) => daemon.testTurn(profile === IN_USE ? null : profile));
  return (
    <section class="section panel">
      <h2>{t("turn.title")}</h2>
      <p class="muted">{t("turn.text")}</p>
      <div class="actions">
        <Pick
          label={t("turn.profile")}
          value={profile}
          choices={[
            [IN_USE, t("turn.profile_now")],
            ...profiles.map((one) => [one.id, one.name] as const),
          ]}
          onPick={setProfile}
        />
        <button type="button" disabled={store.pending.value.has("test turn")} onClick={run}>
          {t("turn.do")}
        </button>
        {running && <Cancel store={store} number={turn.number} />}
      </div>
      {turn?.before && <Verdict {...turn.before} />}
      {turn && <Progress turn={turn} name={nameOf(turn.profile, profiles)} />}
      {running &&
        turn.waiting?.map(({ number, profile: waits, line }) => (
          <div key={number} class="actions">
            <p>
              {nameOf(waits, profiles)}: {line}
            </p>
            <Cancel store={store} number={number} />
          </div>
        ))}
    </section>
  );
}

function Cancel({ store, number }: { store: Store; number: number }) {
  return (
    <button
      type="button"
      onClick={() => void store.act("test cancel", (daemon) => daemon.testTurnCancel(number))}
    >
      {t("common.cancel")}
    </button>
  );
}

function Verdict({ outcome, message }: { outcome: string | null; message: string | null }) {
  return (
    <div class="verdict" role="status">
      <Mark sign={outcome === "completed" ? "good" : "bad"} />
      <p>
        {message ?? outcome}
        {message && outcome && outcome !== "completed" && <code> {outcome}</code>}
      </p>
    </div>
  );
}

function Progress({ turn, name }: { turn: TestTurn; name: string }) {
  const { state, lines, outcome, message } = turn;
  return (
    <div class="turn">
      <p class="live">
        {state === "running" && <span class="pulse" aria-hidden="true" />}
        {t(state === "running" ? "turn.running" : "turn.ended", { profile: name })}
      </p>
      <ol class="turn-lines" aria-live="polite" aria-label={t("turn.progress")} tabIndex={0}>
        {lines.map((line, place) => (
          <li key={place}>{line}</li>
        ))}
      </ol>
      {state === "ended" && <Verdict outcome={outcome} message={message} />}
    </div>
  );
}

function nameOf(profile: string, profiles: readonly Profile[]): string {
  return profiles.find((one) => one.id === profile)?.name ?? profile;
}
