import preact from "@preact/preset-vite";
import { defineConfig } from "vitest/config";

import about from "./package.json";
import { catalogs, languages } from "./catalogs";

// The gallery is the same window over fixtures. It is a build of its own, so that nothing of it ships.
export default defineConfig(({ mode }) => ({
  plugins: [
    catalogs(),
    preact({ devToolsEnabled: false, prefreshEnabled: mode === "development" }),
  ],
  define: {
    __VERSION__: JSON.stringify(about.version),
    __LANGUAGES__: JSON.stringify(languages()),
  },
  build: {
    target: "safari16",
    outDir: mode === "gallery" ? "dist-gallery" : "dist",
    modulePreload: { polyfill: false },
    // A data URL would need a wider content security policy than 'self'.
    assetsInlineLimit: 0,
  },
  // The catalogs are beside the folder of the window.
  server: { fs: { allow: [".."] } },
  // A busy machine is slow, not wrong.
  test: { environment: "happy-dom", include: ["test/**/*.test.{ts,tsx}"], testTimeout: 60_000 },
}));
