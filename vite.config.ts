/**
 * The files for a CDN, as modes of one configuration. The input is what `tsc` wrote: one compiler decides what the
 * language means, and the bundles hold the very code that the modules do.
 */
import { defineConfig, type UserConfig } from 'vite';

/** What draws QR codes. Only a page that shows one loads it, from beside the file that asks for it. */
const QR_PACKAGE = 'lean-qr';
const QR_FILE = 'peer-elements-qr.js';

const BUNDLES: Record<string, { input: string; file: string; format: 'es' | 'iife' }> = {
  /** One ES module with Lit inside: registers the elements and exports everything. */
  elements: { input: 'dist/cdn.js', file: 'peer-elements.js', format: 'es' },
  qr: { input: QR_PACKAGE, file: QR_FILE, format: 'es' },
  /** A classic script in the place of `peerjs.min.js`. */
  peerjs: { input: 'dist/peerjs-global.js', file: 'peerjs.js', format: 'iife' },
};

export default defineConfig(({ mode }): UserConfig => {
  const bundle = BUNDLES[mode];
  if (!bundle) throw new Error(`Unknown mode "${mode}"`);
  return {
    root: import.meta.dirname,
    logLevel: 'warn',
    publicDir: false,
    // Lit has a slower build for development, which this condition would choose.
    resolve: { conditions: ['browser', 'production', 'module', 'import', 'default'] },
    build: {
      outDir: 'dist/cdn',
      emptyOutDir: false,
      target: 'es2022',
      minify: 'oxc',
      sourcemap: true,
      modulePreload: false,
      // Not Vite's library mode: that keeps the white space of ES modules.
      rolldownOptions: {
        input: bundle.input,
        external: mode === 'qr' ? [] : [QR_PACKAGE],
        preserveEntrySignatures: 'strict',
        output: {
          format: bundle.format,
          entryFileNames: bundle.file,
          codeSplitting: false,
          paths: { [QR_PACKAGE]: `./${QR_FILE}` },
        },
      },
    },
  };
});
