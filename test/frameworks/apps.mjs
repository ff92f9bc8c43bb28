/** The apps, one a framework, each a folder beside this file, and how Vite builds and serves them. */
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
  solid: () => [solid()],
  preact: () => [preact()],
};

export const FRAMEWORKS = Object.keys(PLUGINS);

function settings(framework, root) {
  return {
    root,
    base: './',
    configFile: false,
    envDir: false,
    logLevel: 'warn',
    clearScreen: false,
    plugins: PLUGINS[framework](),
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
