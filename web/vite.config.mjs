import { defineConfig } from 'vite';

/** Into `dist/web.new`, which `scripts/build-web.mjs` then puts in the place of `dist/web`. */
const config = defineConfig({
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: '../dist/web.new',
    emptyOutDir: true,
    assetsDir: 'web',
    // The policy of the page takes scripts and styles from files alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: {
      // Ariakit marks each file for React's servers, which are none here.
      onLog: (level, log, tell) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && tell(level, log),
    },
  },
});

// biome-ignore lint/style/noDefaultExport: Vite reads it so
export default config;
