/**
 * A plugin for @web/test-runner that bundles before it serves, since the two hundred modules of a page cost more than most tests do:
 * all test files with all that they import as one script, which a browser keeps from one page to the next and of which each page runs
 * what its test needs; and each source that a page asks for by itself, with what that imports.
 */
import { readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

import { build } from 'esbuild';

const TESTS = 'test/browser';
const TEST = /\.test\.ts$/;
/** Among the tests, so that the sources it names are found from where it is. */
const TESTS_BUNDLE = `/${TESTS}/bundle.js`;
/** The path of a source. */
export const SOURCE = /^\/src\/.*\.ts$/;
/** A bundle stays the same for as long as this server runs, and so do the browsers. */
const HEADERS = { 'cache-control': 'max-age=3600' };

/** @param {string} root the folder that is served */
export function bundlePlugin(root) {
  const bundles = new Map();
  const once = (name, make) => {
    if (!bundles.has(name)) bundles.set(name, make());
    return bundles.get(name);
  };
  return {
    name: 'bundle',
    async serve({ path }) {
      if (isTest(path)) return { body: `import tests from '${TESTS_BUNDLE}';\nawait tests['${path}']();`, type: 'js' };
      if (SOURCE.test(path)) return { body: await once(path, () => bundleSource(root, path)), type: 'js', headers: HEADERS };
      if (!path.startsWith(TESTS_BUNDLE)) return undefined;
      const body = (await once(TESTS_BUNDLE, () => bundleTests(root))).get(path);
      return body && { body, type: extname(path), headers: HEADERS };
    },
  };
}

function isTest(path) {
  return path.startsWith(`/${TESTS}/`) && TEST.test(path);
}

/** The bundle of the tests, and its source map, by their paths. It exports for each test's path what runs it. */
async function bundleTests(root) {
  const files = readdirSync(join(root, TESTS), { recursive: true }).map((file) => file.replaceAll(sep, '/'));
  const tests = files.filter((file) => TEST.test(file)).map((file) => `'/${TESTS}/${file}': () => import('./${file}')`);
  const outputs = await bundle(root, {
    stdin: { contents: `export default {\n${tests.join(',\n')}\n};`, resolveDir: join(root, TESTS) },
    outfile: join(root, TESTS_BUNDLE),
    sourcemap: 'linked',
    // package.json says of src/ that it has no side effects: it means what is published.
    ignoreAnnotations: true,
    // The test runner's own modules.
    external: ['/__web*'],
  });
  return new Map(outputs.map(({ path, text }) => [`/${relative(root, path).replaceAll(sep, '/')}`, text]));
}

/** A source, by its path, with all that it imports, as one script. */
export async function bundleSource(root, path) {
  const [{ text }] = await bundle(root, { entryPoints: [join(root, path)] });
  return text;
}

async function bundle(root, options) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['browser', 'production'],
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'error',
    ...options,
  });
  return outputFiles;
}
