import { t } from "../i18n/text";
import type { Client, Snapshot } from "../model";
import { Tick } from "../parts/Pick";
import type { Store } from "../store";
import type { GroupProps } from "./props";

type Props = GroupProps & { snapshot: Snapshot };

/** Other programs than Codex: the switches with what they mean, and each program with its key's end. */
export function OtherClients({ store, settings, snapshot }: Props) {
  const clients = snapshot.clients ?? [];
  const url = `http://127.0.0.1:${snapshot.router.port}/v1`;
  return (
    <section class="section panel">
      <h2>{t("clients.title")}</h2>
      <Tick
        checked={settings.clients_responses}
        onChange={(clients_responses) => void store.set({ clients_responses })}
      >
        {t("clients.switch")}
      </Tick>
      <Tick
        checked={settings.clients_messages}
        onChange={(clients_messages) => void store.set({ clients_messages })}
      >
        {t("clients.switch_messages")}
      </Tick>
      <Tick
        checked={settings.clients_chat}
        onChange={(clients_chat) => void store.set({ clients_chat })}
      >
        {t("clients.switch_chat")}
      </Tick>
      <p class="muted under">{t("clients.switch_means", { url })}</p>
      <p class="caution">{t("clients.terms")}</p>
      {clients.length === 0 ? (
        <p class="muted">{t("clients.none")}</p>
      ) : (
        <ul class="clients" aria-label={t("clients.title")}>
          {clients.map((client) => (
            <Row key={client.id} store={store} client={client} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ store, client }: { store: Store; client: Client }) {
  const revoke = async () => {
    if (await store.act("revoke_client", (daemon) => daemon.revokeClient(client.id))) {
      store.announcement.value = t("clients.revoked", { name: client.name });
    }
  };
  return (
    <li>
      <span>
        {client.name} <span class="muted">{profilesOf(client)}</span>
      </span>
      <button
        type="button"
        disabled={store.busy.value}
        aria-label={t("clients.revoke_of", { name: client.name })}
        onClick={() => void revoke()}
      >
        {t("clients.revoke")}
      </button>
    </li>
  );
}

function profilesOf({ profiles }: Client): string {
  if (profiles === null) return t("clients.all_profiles");
  return profiles.length === 0 ? t("clients.no_profile") : profiles.join(", ");
}
