/** The apps, one a framework, each a folder beside this file, and how Vite builds and serves them. */
import { join } from 'node:path';

import preact from '@preact/preset-vite';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import react from '@vitejs/plugin-react';
import vue from '@vitejs/plugin-vue';
import { build, createServer } from 'vite';
import solid from 'vite-plugin-solid';

/**
 * What each framework adds to Vite. Vue alone has to be told which tags are custom elements. Angular's templates are compiled
 * in the browser, so that its decorators are all that has to be translated, which Vite does by itself.
 */
const PLUGINS = {
  vue: () => [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('peer-') } } })],
  svelte: () => [svelte({ configFile: false })],
  angular: () => [],
  react: () => [react()],
  // What it compiles for a browser can take over what a server has rendered only when it is told so.
  solid: ({ rendered }) => [solid({ ssr: rendered })],
  preact: () => [preact()],
  lit: () => [],
};

/** Lit has no components of its own to embed the elements in, other than more elements: it is rendered on a server alone. */
export const FRAMEWORKS = Object.keys(PLUGINS).filter((framework) => framework !== 'lit');

/** What is rendered on a server, and the modules that do so and that take over in the browser. */
export const RENDERED = {
  vue: { server: 'server.js', client: 'hydrate.js' },
  svelte: { server: 'server.js', client: 'hydrate.js' },
  angular: { server: 'server.ts', client: 'hydrate.ts' },
  react: { server: 'server.jsx', client: 'hydrate.jsx' },
  solid: { server: 'server.jsx', client: 'hydrate.jsx' },
  preact: { server: 'server.jsx', client: 'hydrate.jsx' },
  lit: { server: 'server.js', client: 'hydrate.js' },
};

function settings(framework, root, { rendered = false } = {}) {
  return {
    root,
    base: './',
    configFile: false,
    envDir: false,
    logLevel: 'warn',
    clearScreen: false,
    plugins: PLUGINS[framework]({ rendered }),
  };
}

/**
 * @param {string} framework
 * @param {object} options
 * @param {string} options.root the app's folder
 * @param {string} options.outDir
 * @param {'development' | 'production'} options.mode the frameworks complain in development only
 */
export async function buildApp(framework, { root, outDir, mode }) {
  // What Vite and the frameworks' plugins go by.
  process.env.NODE_ENV = mode;
  await build({
    ...settings(framework, root),
    mode,
    build: {
      outDir,
      emptyOutDir: true,
      // Angular's main module awaits.
      target: 'esnext',
      minify: mode === 'production',
      reportCompressedSize: false,
      // In kB. Angular brings its compiler.
      chunkSizeWarningLimit: 4000,
    },
  });
}

/**
 * Builds an app for a server, as `server/server.js`, and for the browser that takes over, as `hydrate.js`. Frameworks tell
 * of what does not fit in development only.
 *
 * @param {keyof typeof RENDERED} framework
 * @param {object} options
 * @param {string} options.root the app's folder
 * @param {string} options.outDir
 */
export async function buildRendered(framework, { root, outDir }) {
  process.env.NODE_ENV = 'development';
  const { server, client } = RENDERED[framework];
  const shared = { emptyOutDir: true, target: 'esnext', minify: false, reportCompressedSize: false };
  const buildWith = (options) => build({ ...settings(framework, root, { rendered: true }), mode: 'development', build: { ...shared, ...options } });
  await buildWith({
    outDir,
    rollupOptions: { input: join(root, client), output: { entryFileNames: 'hydrate.js' } },
  });
  await buildWith({
    outDir: join(outDir, 'server'),
    ssr: join(root, server),
    rollupOptions: { output: { entryFileNames: 'server.js' } },
  });
}

/**
 * Vite's dev server, which replaces what is edited in the running app.
 *
 * @returns {Promise<{ origin: string, close(): Promise<void> }>}
 */
export async function serveApp(framework, { root, cacheDir }) {
  process.env.NODE_ENV = 'development';
  const server = await createServer({
    ...settings(framework, root),
    base: '/',
    mode: 'development',
    cacheDir,
    // Its packages are linked to from elsewhere.
    server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
  });
  await server.listen();
  return { origin: new URL(server.resolvedUrls.local[0]).origin, close: () => server.close() };
}
