/**
 * A plugin for @web/test-runner that bundles before it serves: each test file with all that it imports, since the two hundred modules
 * of a page keep the server busier than most tests do; and packages that are CommonJS, for the modules that a test loads by itself.
 */
import { join } from 'node:path';

import { build } from 'esbuild';

const PREFIX = '/__bundled__/';
const TESTS = /^\/test\/browser\/.*\.test\.ts$/;

/**
 * @param {string} root the folder that is served
 * @param {string[]} packages the specifiers that modules import which are not bundled
 */
export function bundlePlugin(root, packages) {
  const bundles = new Map();
  const bundled = (input) => {
    if (!bundles.has(input)) bundles.set(input, bundle(root, input));
    return bundles.get(input);
  };
  return {
    name: 'bundle',
    resolveImport({ source }) {
      if (packages.includes(source)) return `${PREFIX}${source}.js`;
    },
    async serve({ path }) {
      if (TESTS.test(path)) return { body: await bundled(join(root, path)), type: 'js' };
      const name = path.startsWith(PREFIX) ? path.slice(PREFIX.length, -'.js'.length) : '';
      return packages.includes(name) ? { body: await bundled(name), type: 'js' } : undefined;
    },
  };
}

/** The plugin, kept from test files: they are bundled, and JavaScript whatever their names end in. */
export function exceptTests(plugin) {
  const transform = plugin.transform.bind(plugin);
  return Object.assign(plugin, { transform: (context) => (TESTS.test(context.path) ? undefined : transform(context)) });
}

async function bundle(root, input) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [input],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['browser', 'production'],
    sourcemap: 'inline',
    sourcesContent: false,
    // package.json says of src/ that it has no side effects: it means what is published.
    ignoreAnnotations: true,
    // The test runner's own modules.
    external: ['/__web*'],
    logLevel: 'error',
  });
  return outputFiles[0].text;
}
