/**
 * The files for a CDN, as modes of one configuration. The input is what `tsc` wrote: one compiler decides what the
 * language means, and the bundles hold the very code that the modules do.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { defineConfig, type Plugin, type UserConfig } from 'vite';

/** What draws QR codes. Only a page that shows one loads it, from beside the file that asks for it. */
const QR_PACKAGE = 'lean-qr';
const QR_FILE = 'peer-elements-qr.js';

interface Bundle {
  input: string;
  file: string;
  format: 'es' | 'iife';
  /** The global variable with the exports. */
  name?: string;
  /** The code for QR codes is in it. */
  whole?: boolean;
}

const BUNDLES: Record<string, Bundle> = {
  /** One ES module with Lit inside: registers the elements and exports everything. */
  elements: { input: 'dist/cdn.js', file: 'peer-elements.js', format: 'es' },
  qr: { input: QR_PACKAGE, file: QR_FILE, format: 'es', whole: true },
  /** The same as a classic script, for pages from disk: browsers load neither modules nor `import()` from there. */
  classic: { input: 'dist/define.js', file: 'peer-elements.classic.js', format: 'iife', name: 'peerElements', whole: true },
  /** A classic script in the place of `peerjs.min.js`. */
  peerjs: { input: 'dist/peerjs-global.js', file: 'peerjs.js', format: 'iife' },
};

/** Leads the bundles' source maps on to `src/`, by way of the maps that `tsc` wrote, and puts the sources into them. */
const sourceMaps: Plugin = {
  name: 'source-maps',
  load(id) {
    if (!id.startsWith(join(import.meta.dirname, 'dist')) || !existsSync(`${id}.map`)) return null;
    const map = JSON.parse(readFileSync(`${id}.map`, 'utf8')) as { sources: string[] };
    const sourcesContent = map.sources.map((source) => readFileSync(join(dirname(id), source), 'utf8'));
    return { code: readFileSync(id, 'utf8'), map: JSON.stringify({ ...map, sourcesContent }) };
  },
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
    plugins: [sourceMaps],
    build: {
      outDir: 'dist/cdn',
      emptyOutDir: false,
      target: 'es2022',
      minify: 'oxc',
      sourcemap: true,
      modulePreload: false,
      // Vite's library mode keeps the white space of ES modules, and any other puts code around an `import()` that it inlines.
      ...(bundle.name ? { lib: { entry: bundle.input, formats: [bundle.format], name: bundle.name } } : {}),
      rolldownOptions: {
        input: bundle.input,
        external: bundle.whole ? [] : [QR_PACKAGE],
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
