/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Cloudscape's CSS inlines 138 kB of fonts, which the first load would wait for. The system's fonts do. */
const withoutFonts: Plugin = {
  name: "without-fonts",
  enforce: "pre",
  transform: (code, id) =>
    id.includes("@cloudscape-design") && id.endsWith(".css") ? code.replace(/@font-face\s*\{[^}]*\}/g, "") : undefined,
};

const deployed = { target: process.env["DOCENT_CONSOLE"], changeOrigin: true };

export default defineConfig({
  plugins: [withoutFonts, react()],
  build: {
    outDir: "../functions/console/publish_console/site",
    emptyOutDir: true,
    target: "es2023",
    // Both would put something into the page that its content security policy refuses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { "/api": deployed, "/files": deployed, "/config.json": deployed } },
  test: {
    environment: "jsdom",
    include: ["tests/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    css: false,
    server: { deps: { inline: [/@cloudscape-design/] } },
  },
});
