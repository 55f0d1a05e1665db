import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const portal = "http://127.0.0.1:8000";
const marked = new URL("./tests/pseudo.ts", import.meta.url).pathname;

export default defineConfig(({ mode }) => ({
  plugins: [react()],
  // `--mode pseudo` builds a page whose English is marked, in which a test looks for text that is not.
  resolve: { alias: mode === "pseudo" ? [{ find: /^\.\/en\.ts$/, replacement: marked }] : [] },
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
