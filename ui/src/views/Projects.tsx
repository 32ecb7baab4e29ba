import { useState } from "preact/hooks";

import type { ProjectSetting } from "../generated/types";
import { t } from "../i18n/text";
import { Field, Tick } from "../parts/Pick";
import type { GroupProps } from "./props";

type Props = GroupProps & { profiles: readonly string[] };

/** Which profiles serve the work in which folder or repository. */
export function Projects({ store, settings, profiles }: Props) {
  const save = (projects: readonly ProjectSetting[]) => store.set({ projects });
  const replace = (at: number, rule: ProjectSetting) =>
    void save(settings.projects.map((one, index) => (index === at ? rule : one)));
  return (
    <section class="section panel">
      <h2>{t("projects.title")}</h2>
      <p class="muted">{t("projects.text")}</p>
      {settings.projects.length === 0 && <p class="muted">{t("projects.none")}</p>}
      {settings.projects.map((rule, at) => (
        <Rule
          key={placeOf(rule)}
          rule={rule}
          profiles={profiles}
          onChange={(named) => replace(at, { ...rule, profiles: named })}
          onRemove={() => void save(settings.projects.filter((_, index) => index !== at))}
        />
      ))}
      <AddRule
        profiles={profiles}
        onAdd={async (rule) => {
          await save([...settings.projects, rule]);
          const held = store.settings.value?.projects ?? [];
          return held.some((one) => placeOf(one) === placeOf(rule));
        }}
      />
    </section>
  );
}

function placeOf(rule: ProjectSetting) {
  return rule.folder ?? rule.repository ?? "";
}

type RuleProps = {
  rule: ProjectSetting;
  profiles: readonly string[];
  onChange: (named: string[]) => void;
  onRemove: () => void;
};

function Rule({ rule, profiles, onChange, onRemove }: RuleProps) {
  const place = placeOf(rule);
  const gone = rule.profiles.filter((name) => !profiles.includes(name));
  return (
    <fieldset class="file-form">
      <legend>
        <code>{place}</code>
      </legend>
      <Ticks
        label={t("projects.of", { place })}
        all={profiles}
        named={rule.profiles}
        gone={gone}
        onChange={onChange}
      />
      {gone.length === rule.profiles.length && <p class="caution">{t("projects.no_profile")}</p>}
      <p class="actions">
        <button type="button" aria-label={t("projects.remove_it", { place })} onClick={onRemove}>
          {t("projects.remove")}
        </button>
      </p>
    </fieldset>
  );
}

type TicksProps = {
  label: string;
  all: readonly string[];
  named: readonly string[];
  /** Names that no profile has. */
  gone?: readonly string[];
  onChange: (named: string[]) => void;
};

function Ticks({ label, all, named, gone = [], onChange }: TicksProps) {
  const tick = (name: string, on: boolean) =>
    onChange(on ? [...named, name] : named.filter((one) => one !== name));
  return (
    <div role="group" aria-label={label} class="picks">
      {[...all, ...gone].map((name) => (
        <Tick key={name} checked={named.includes(name)} onChange={(on) => tick(name, on)}>
          {gone.includes(name) ? t("projects.missing", { profile: name }) : name}
        </Tick>
      ))}
    </div>
  );
}

type AddProps = {
  profiles: readonly string[];
  /** Whether the rule was taken. */
  onAdd: (rule: ProjectSetting) => Promise<boolean>;
};

function AddRule({ profiles, onAdd }: AddProps) {
  const [place, setPlace] = useState("");
  const [named, setNamed] = useState<string[]>([]);
  const wanted = place.trim();
  const add = async () => {
    const isFolder = /^([/\\]|[A-Za-z]:[/\\])/.test(wanted);
    const folder = isFolder ? wanted : null;
    const repository = isFolder ? null : wanted;
    if (await onAdd({ folder, repository, profiles: named })) {
      setPlace("");
      setNamed([]);
    }
  };
  return (
    <form
      class="file-form"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Field
        label={t("projects.place")}
        value={place}
        onInput={setPlace}
        hint={t("projects.place_hint")}
        code
      />
      <Ticks label={t("projects.profiles")} all={profiles} named={named} onChange={setNamed} />
      <p class="actions">
        <button type="submit" disabled={wanted === "" || named.length === 0}>
          {t("projects.add")}
        </button>
      </p>
    </form>
  );
}
