/**
 * What the types for each framework know of the tags, beside the manifest of the package as it is published: every attribute and
 * property that can be set, every event, none that is read-only, and nothing that takes whatever comes.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PACKAGE = join(HERE, '..', 'node_modules', 'peer-elements');
const ts = createRequire(join(HERE, '..', 'package.json'))('typescript');

/** What the manifest marks so is the element's to write. */
const READ_ONLY = /^Read-only\b/;
/** A page's own data, which may be anything. */
const UNKNOWN = ['metadata'];
/** What an app has to know of the elements, as `<Tag>` and `<event>` where it differs by them. */
const FRAMEWORKS = {
  react: { props: `import('peer-elements/react').PeerElementProps['<Tag>']`, listener: 'on<event>' },
  preact: { props: `import('peer-elements/preact').PeerElementProps['<Tag>']`, listener: 'on<event>' },
  svelte: { props: `import('peer-elements/svelte').PeerElementAttributes['<Tag>']`, listener: 'on<event>' },
  solid: {
    props: `import('peer-elements/solid').PeerElementProps['<Tag>']`,
    events: `import('solid-js').JSX.CustomEvents`,
    listener: '<event>',
  },
  // In Vue `max-bytes` and `maxBytes` are one name.
  vue: {
    props: `InstanceType<import('peer-elements/vue').PeerElementComponents['<Tag>']>['$props']`,
    events: `InstanceType<import('peer-elements/vue').PeerElementComponents['<Tag>']>['$emit']`,
    listener: '<event>',
    camelCase: true,
  },
};

describe('the types of every framework', () => {
  let elements;
  before(() => {
    assert.ok(existsSync(PACKAGE), 'The package is not installed: run `node scripts/frameworks.mjs`.');
    const { modules } = JSON.parse(readFileSync(join(PACKAGE, 'custom-elements.json'), 'utf8'));
    elements = modules.flatMap(({ declarations }) => declarations ?? []).filter(({ customElement }) => customElement);
    assert.equal(elements.length, 3);
  });

  for (const [framework, how] of Object.entries(FRAMEWORKS)) {
    it(`${framework}: every attribute, property and event of each tag, and nothing that is read-only`, () => {
      const types = typesOf(framework, how, elements.map(({ tagName }) => tagName));
      for (const { tagName, attributes, members, events } of elements) {
        const fields = members.filter((member) => member.kind === 'field' && !member.static);
        const settable = [
          ...attributes.filter(({ description }) => !READ_ONLY.test(description)),
          ...fields.filter(({ readonly }) => !readonly),
        ].map(({ name }) => (how.camelCase ? camelCase(name) : name));
        const shown = [
          ...attributes.filter(({ description }) => READ_ONLY.test(description)),
          ...fields.filter(({ readonly }) => readonly),
          ...members.filter(({ kind, static: isStatic }) => kind === 'method' && !isStatic),
        ].map(({ name }) => name);
        const listeners = events.map(({ name }) => how.listener.replace('<event>', name));
        const { props, heard, loose } = types[tagName];

        assert.deepEqual(settable.filter((name) => !props.includes(name)), [], `${tagName} lacks`);
        assert.deepEqual(shown.filter((name) => props.includes(name)), [], `${tagName} takes what is read-only`);
        assert.deepEqual(listeners.filter((name) => !heard.includes(name)), [], `${tagName} does not hear`);
        assert.deepEqual(settable.filter((name) => loose.includes(name) && !UNKNOWN.includes(name)), [], `${tagName} takes anything as`);
      }
    });
  }
});

/** By tag: the names of what may be set, of what may be listened to, and of what may be set to anything at all. */
function typesOf(framework, { props, events = props }, tags) {
  const file = join(HERE, framework, 'questions.ts');
  const ask = (type) => tags.map((tag) => `'${tag}': ${type.replaceAll('<Tag>', tag)};`).join('\n');
  const source = `import type {} from 'peer-elements/${framework}';
    export declare const props: { ${ask(props)} };
    export declare const heard: { ${ask(events)} };`;
  const { config } = ts.readConfigFile(join(HERE, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, HERE);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? source : readFile(name));
  host.getSourceFile = (name, ...rest) => (name === file ? ts.createSourceFile(name, source, rest[0]) : getSourceFile.call(host, name, ...rest));
  const program = ts.createProgram([file], options, host);
  const main = program.getSourceFile(file);
  const problems = program.getSemanticDiagnostics(main).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  assert.deepEqual(problems, []);

  const checker = program.getTypeChecker();
  const answers = checker.getExportsOfModule(checker.getSymbolAtLocation(main));
  const typeOf = (name, tag) => {
    const all = checker.getTypeOfSymbol(answers.find((symbol) => symbol.name === name));
    return checker.getTypeOfSymbol(checker.getPropertyOfType(all, tag));
  };
  // Of Vue's `emit`: what each of its overloads takes first.
  const emitted = (type) => type.getCallSignatures().map(({ parameters: [name] }) => checker.getTypeOfSymbol(name).value);
  const names = (type) => [...emitted(type), ...checker.getPropertiesOfType(type).map(({ name }) => name)];
  const isLoose = (symbol) => (checker.getTypeOfSymbol(symbol).flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
  return Object.fromEntries(
    tags.map((tag) => {
      const loose = checker.getPropertiesOfType(typeOf('props', tag)).filter(isLoose).map(({ name }) => name);
      return [tag, { props: names(typeOf('props', tag)), heard: names(typeOf('heard', tag)), loose }];
    }),
  );
}

function camelCase(name) {
  return name.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());
}
