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

// The deployed console takes what its own page sends only.
const target = process.env["DOCENT_CONSOLE"] ?? "";
const deployed = { target, changeOrigin: true, headers: { origin: target }, ws: true };

/** What `main.tsx` imports at once is loaded beside it, and not after it. */
const besideMain: Plugin = {
  name: "beside-main",
  transformIndexHtml: {
    order: "post",
    handler(_, { bundle = {}, chunk: main, path }) {
      const chunks = new Map(Object.values(bundle).flatMap((each) => (each.type === "chunk" ? [[each.fileName, each]] : [])));
      const page = [...chunks.values()].find((each) => each.facadeModuleId?.endsWith("/src/shell/page.tsx"));
      if (!page || !main || path !== "/index.html") return [];
      const withImports = (name: string): string[] => [name, ...(chunks.get(name)?.imports ?? []).flatMap(withImports)];
      const there = new Set(withImports(main.fileName));
      const scripts = [...new Set(withImports(page.fileName))].filter((name) => !there.has(name));
      const styles = new Set(scripts.flatMap((name) => [...(chunks.get(name)?.viteMetadata?.importedCss ?? [])]));
      const preload = (rel: string, name: string, more = {}) =>
        ({ tag: "link", attrs: { rel, href: `/${name}`, crossorigin: true, ...more }, injectTo: "head" }) as const;
      return [
        ...[...styles].map((name) => preload("preload", name, { as: "style" })),
        ...scripts.map((name) => preload("modulepreload", name)),
      ];
    },
  },
};

export default defineConfig({
  plugins: [withoutFonts, pdfJsData, besideMain, react()],
  // The page of Ground Truth is in a page of another origin, so its parts are found from the script that asks for them.
  experimental: { renderBuiltUrl: (name, { hostType }) => (hostType === "js" ? { relative: true } : `/${name}`) },
  build: {
    outDir: "../functions/console/publish_console/site",
    emptyOutDir: true,
    target: "es2023",
    // Both would put something into the page that its content security policy refuses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      input: ["index.html", "ground-truth.html"],
      output: {
        advancedChunks: {
          groups: [
            // What signs in needs none of the rest.
            { name: "begin", test: /node_modules\/(react|oidc-client-ts|jwt-decode|@cloudscape-design\/global-styles)\//, priority: 1 },
            // What many views use comes in one piece, and not in thirty.
            { name: "shared", test: /node_modules\/@cloudscape-design\/components\//, minShareCount: 8 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": deployed, "/files": deployed, "/v1": deployed, "/config.json": deployed } },
  test: {
    environment: "jsdom",
    // One jsdom for all files: making it again for each took two thirds of the time.
    pool: "threads",
    isolate: false,
    include: ["tests/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    css: false,
    // A busy machine is slow, and what never happens fails anyway.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    server: { deps: { inline: [/@cloudscape-design/] } },
  },
});
