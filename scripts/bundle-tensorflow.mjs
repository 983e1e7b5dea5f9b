// Bundles the three packages of TensorFlow.js, each with all that it needs, into the folder that is named. What they
// share is one chunk: there is one registry of kernels.
import { build } from 'vite';

const PACKAGES = ['tfjs-core', 'tfjs-converter', 'tfjs-backend-wasm'];

await build({
  configFile: false,
  logLevel: 'warn',
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node20',
    minify: true,
    outDir: process.argv[2],
    emptyOutDir: true,
    rollupOptions: {
      input: Object.fromEntries(PACKAGES.map(name => [name, `@tensorflow/${name}`])),
      preserveEntrySignatures: 'strict',
      output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name].js' },
    },
  },
});
