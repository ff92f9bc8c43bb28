/**
 * A plugin for @web/test-runner that bundles some packages before it serves them: those that are CommonJS, or depend on
 * what is, and so cannot be imported by a page as they are.
 */
import { build } from 'vite';

const PREFIX = '/__bundled__/';

/** @param {string[]} packages the specifiers that tests import */
export function bundlePlugin(packages) {
  const bundles = new Map();
  return {
    name: 'bundle',
    resolveImport({ source }) {
      if (packages.includes(source)) return `${PREFIX}${source}.js`;
    },
    async serve({ path }) {
      if (!path.startsWith(PREFIX)) return undefined;
      const name = path.slice(PREFIX.length, -'.js'.length);
      if (!packages.includes(name)) return undefined;
      if (!bundles.has(name)) bundles.set(name, bundle(name));
      return { body: await bundles.get(name), type: 'js' };
    },
  };
}

async function bundle(name) {
  const { output } = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rolldownOptions: { input: name, preserveEntrySignatures: 'strict', output: { codeSplitting: false } },
    },
  });
  return output[0].code;
}
