/** The README and the documentation say what is run. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('the README', () => {
  it('has the lines of each framework that the tests run', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const frameworks = join(ROOT, 'test/frameworks');
    const snippets = [];
    for (const framework of await readdir(frameworks)) {
      const files = framework === 'node_modules' ? [] : await readdir(join(frameworks, framework)).catch(() => []);
      snippets.push(...files.filter((file) => file.startsWith('snippet.')).map((file) => join(framework, file)));
    }
    assert.equal(snippets.length, 6);
    for (const snippet of snippets) {
      const code = (await readFile(join(frameworks, snippet), 'utf8')).trimEnd();
      assert.ok(readme.includes(`\n${code}\n\`\`\``), `${snippet} is in the README as it is`);
    }
  });
});

describe('docs/server-rendering.md', () => {
  it('has the lines of React that the tests run', async () => {
    const text = await readFile(join(ROOT, 'docs/server-rendering.md'), 'utf8');
    const code = await readFile(join(ROOT, 'test/frameworks/react/listening.jsx'), 'utf8');
    assert.ok(text.includes(`\n\`\`\`jsx\n${code}\`\`\``));
  });
});
