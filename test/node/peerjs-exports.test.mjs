/** That a TypeScript program written for PeerJS finds here every name that it imports, and of the shape that it uses. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROJECT = join(ROOT, 'test/node/peerjs-program');
const PEERJS = join(ROOT, 'node_modules/peerjs/dist/types.d.ts');
const ENGINE = join(ROOT, 'dist/engine/index.d.ts');

describe('the types of the engine', () => {
  it('have every name that those of peerjs have', () => {
    const program = ts.createProgram([PEERJS, ENGINE], { ...settings(), skipLibCheck: true });
    const names = (file) => {
      const checker = program.getTypeChecker();
      return checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file))).map(({ name }) => name);
    };
    const ours = new Set(names(ENGINE));
    assert.ok(names(PEERJS).length > 25, 'The names of peerjs are not found any more.');
    assert.deepEqual(names(PEERJS).filter((name) => !ours.has(name)), []);
  });

  for (const [name, paths] of Object.entries({ peerjs: [PEERJS], 'this engine': [ENGINE] })) {
    it(`let a program for PeerJS compile with ${name}`, () => {
      const program = ts.createProgram([join(PROJECT, 'program.ts')], { ...settings(), paths: { peerjs: paths } });
      const problems = ts.getPreEmitDiagnostics(program).map(({ messageText, file, start }) => {
        const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
        return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      });
      assert.deepEqual(problems, []);
    });
  }
});

describe('docs/migrating-from-peerjs.md', () => {
  it('gives every difference a reason', () => {
    const rows = readFileSync(join(ROOT, 'docs/migrating-from-peerjs.md'), 'utf8').match(/^\|.*\|$/gm);
    const differences = rows.filter((row) => !/^\| PeerJS 1\.5\.5 \||^\|-/.test(row)).map((row) => row.slice(1, -1).split(' | '));
    assert.ok(differences.length > 50, `only ${differences.length} are found`);
    assert.deepEqual(differences.filter((cells) => cells.length !== 3 || cells.some((cell) => cell.trim() === '')), []);
  });
});

function settings() {
  const { config } = ts.readConfigFile(join(PROJECT, 'tsconfig.json'), ts.sys.readFile);
  return ts.parseJsonConfigFileContent(config, ts.sys, PROJECT).options;
}
