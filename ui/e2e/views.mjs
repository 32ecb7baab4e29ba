// In which sizes, colours and languages the gallery is looked at, and which pages each of them is about.

export const WINDOW = { width: 760, height: 600 };

/** Fixtures whose point is not on the first tab. */
const TABS = {
  unbound: "codex",
  provider: "codex",
  foreign: "codex",
  stale: "codex",
  unreadable: "codex",
  "port-taken": "codex",
  "test-running": "codex",
  "test-failed": "codex",
  "vault-file": "settings",
};

const own = (fixture) => ({ fixture, tab: TABS[fixture] });
const tabs = (fixture) => ["activity", "codex", "settings"].map((tab) => ({ fixture, tab }));

/** The window as a whole, without every state of its parts. */
const tour = () => [own("healthy"), ...tabs("healthy"), own("empty"), own("sign-in-code")];
const everything = (fixtures) => [...fixtures.map(own), ...tabs("healthy"), ...tabs("empty")];

export const VIEWS = {
  light: { colorScheme: "light", pages: everything },
  dark: { colorScheme: "dark", pages: everything },
  // A window of 760 by 600 at 200 % has half as many CSS pixels.
  zoomed: {
    viewport: { width: 380, height: 300 },
    pages: () => [
      ...tour(),
      ...["twelve", "long-names", "credits", "waiting", "sign-in-browser", "vault-file"].map(own),
    ],
  },
  narrow: {
    viewport: { width: 480, height: 440 },
    colorScheme: "dark",
    pages: () => [...tour(), own("low"), own("credits"), own("long-names"), own("provider")],
  },
  chinese: {
    query: "&language=zh-CN",
    pages: () => [...tour(), ...["out", "foreign", "sign-in-browser", "needs-sign-in"].map(own)],
  },
  japanese: { query: "&language=ja", pages: () => [...tour(), own("sign-in-browser")] },
  // The longest words, in the smallest window.
  german: {
    query: "&language=de",
    viewport: { width: 480, height: 440 },
    pages: () => [...tour(), ...["waiting", "provider", "vault-file", "needs-sign-in"].map(own)],
  },
  mirrored: {
    query: "&dir=rtl",
    pages: () => [...tour(), own("long-names"), own("credits"), own("waiting")],
  },
  // The system's own few colours: what is drawn must still be there.
  contrast: {
    forcedColors: "active",
    colorScheme: "dark",
    pages: () => [...tour(), own("low"), own("out"), own("credits"), own("stale")],
  },
  // The choice in Settings outranks the system.
  chosen: { colorScheme: "light", query: "&theme=dark", pages: () => [own("healthy")] },
};

const tall = (height) => ({ viewport: { width: WINDOW.width, height } });

/** The pictures of docs/pictures. */
export const PICTURES = [
  { name: "profiles", fixture: "healthy", colorScheme: "light", ...tall(820) },
  { name: "profiles-dark", fixture: "healthy", colorScheme: "dark", ...tall(820) },
  { name: "first-run", fixture: "empty", colorScheme: "light", ...tall(760) },
  { name: "sign-in", fixture: "sign-in-code", colorScheme: "light" },
  { name: "activity", fixture: "healthy", tab: "activity", colorScheme: "light", ...tall(940) },
  { name: "codex", fixture: "healthy", tab: "codex", colorScheme: "dark", ...tall(720) },
  {
    name: "settings-chinese",
    fixture: "chinese",
    tab: "settings",
    query: "&language=zh-CN",
    colorScheme: "light",
    ...tall(820),
  },
];
