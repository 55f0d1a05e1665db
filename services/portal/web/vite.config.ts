import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const portal = "http://127.0.0.1:8000";
const marked = (name: string): string => new URL(`./tests/${name}.ts`, import.meta.url).pathname;
const pseudo = [
  { find: /^\.\/en\.ts$/, replacement: marked("pseudo") },
  { find: /^\.\/desk-en\.ts$/, replacement: marked("pseudo-desk") },
];

export default defineConfig(({ mode }) => ({
  plugins: [react()],
  // `--mode pseudo` builds a page whose English is marked, in which a test looks for text that is not.
  resolve: { alias: mode === "pseudo" ? pseudo : [] },
  build: {
    target: "es2022",
    // The page's content security policy allows no inline script, style or image.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    // `npm run dev` shows the page from source against a running stack.
    proxy: { "/api": portal, "/session": portal, "/oidc": portal },
  },
}));
