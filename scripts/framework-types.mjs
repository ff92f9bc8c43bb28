/**
 * Puts the types for frameworks into `dist/frameworks/`: declarations that extend those of packages which need not be installed
 * here, so they are written as such and not compiled. Each gets an empty module, so that `import 'peer-elements/react'` also
 * resolves when the page runs.
 */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SUFFIX = '.d.ts';

/** @param root the project's folder, @param dist the folder of the compiled modules */
export function writeFrameworkTypes(root, dist = join(root, 'dist')) {
  const [source, target] = [join(root, 'src', 'frameworks'), join(dist, 'frameworks')];
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(source).filter((name) => name.endsWith(SUFFIX))) {
    copyFileSync(join(source, file), join(target, file));
    writeFileSync(join(target, `${file.slice(0, -SUFFIX.length)}.js`), 'export {};\n');
  }
}
