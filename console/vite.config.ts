/// <reference types="vitest/config" />
import { readdirSync, readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Cloudscape's CSS inlines 138 kB of fonts, which the first load would wait for. The system's fonts do. */
const withoutFonts: Plugin = {
  name: "without-fonts",
  enforce: "pre",
  transform: (code, id) =>
    id.includes("@cloudscape-design") && id.endsWith(".css") ? code.replace(/@font-face\s*\{[^}]*\}/g, "") : undefined,
};

const PDFJS = "node_modules/pdfjs-dist";
// Without what runs scripts of a PDF, and without the programs for browsers that have no WebAssembly.
const PDFJS_LEFT_OUT = /quickjs|_nowasm_|^LICENSE/i;
const { version: pdfJsVersion } = JSON.parse(readFileSync(`${PDFJS}/package.json`, "utf8")) as { version: string };

/** What pdf.js asks for by its own names when a PDF needs it: decoders, fonts, colours, and how Chinese, Japanese and Korean are written. */
const pdfJsData: Plugin = {
  name: "pdfjs-data",
  generateBundle() {
    for (const folder of ["cmaps", "iccs", "standard_fonts", "wasm"]) {
      for (const file of readdirSync(`${PDFJS}/${folder}`).filter((each) => !PDFJS_LEFT_OUT.test(each))) {
        const source = readFileSync(`${PDFJS}/${folder}/${file}`);
        this.emitFile({ type: "asset", fileName: `assets/pdfjs-${pdfJsVersion}/${folder}/${file}`, source });
      }
    }
  },
};

const deployed = { target: process.env["DOCENT_CONSOLE"], changeOrigin: true };

export default defineConfig({
  plugins: [withoutFonts, pdfJsData, react()],
  // The page of Ground Truth is in a page of another origin, so its parts are found from the script that asks for them.
  experimental: { renderBuiltUrl: (name, { hostType }) => (hostType === "js" ? { relative: true } : `/${name}`) },
  build: {
    rolldownOptions: { input: ["index.html", "ground-truth.html"] },
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
    // A busy machine is slow, and what never happens fails anyway.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    server: { deps: { inline: [/@cloudscape-design/] } },
  },
});
