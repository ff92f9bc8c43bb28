/** The custom elements manifest, and what editors are given of it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

import { elementsOf } from '../../scripts/editor-data.mjs';
import { HYPERTEXT_ATTRIBUTES } from '../../scripts/hypertext-attributes.mjs';
import { staleFiles } from '../../scripts/manifest.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const pkg = json('package.json');
const manifest = json('custom-elements.json');
const elements = elementsOf(manifest);
/** What every attribute says that only the element writes. */
const READ_ONLY = /^Read-only\b/;
/** Starts with a capital or a name, ends as a sentence does, and says more than a word or two. */
const SENTENCE = /^[\p{Lu}`][^]{18,}[.!]$/u;

function json(file) {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
}

function names(list) {
  return (list ?? []).map(({ name }) => name).sort();
}

describe('custom-elements.json', () => {
  it('is what the sources say, and so is what is made from it', async () => {
    assert.deepEqual(await staleFiles(), []);
  });

  it('describes everything by a sentence', () => {
    const lists = ['attributes', 'members', 'events', 'commands', 'slots', 'cssParts', 'cssProperties', 'cssStates'];
    for (const element of elements) {
      const entries = lists.flatMap((list) => (element[list] ?? []).map((entry) => ({ ...entry, list })));
      const poor = entries.filter(({ description }) => !SENTENCE.test((description ?? '').trim()));
      assert.deepEqual(poor.map(({ list, name, description }) => `${element.tagName} ${list} ${name}: ${description}`), []);
    }
  });

  it('has the states of each element as the values of its attribute, and as CSS states', () => {
    for (const { tagName, attributes, cssStates } of elements) {
      const type = attributes.find(({ name }) => name === 'state')?.type.text;
      if (type === undefined) assert.equal(tagName, 'peer-invite');
      else assert.deepEqual(literals(type), names(cssStates));
    }
  });

  it('names for every attribute the property that goes with it', () => {
    for (const { tagName, attributes, members } of elements) {
      const lone = attributes.filter(({ fieldName }) => !members.some(({ name }) => name === fieldName));
      assert.deepEqual(names(lone), [], tagName);
    }
  });
});

describe('the types of the elements', () => {
  let types;

  before(() => {
    types = publicTypes();
  });

  it('have the members of the manifest, and no others', () => {
    for (const { tagName, members } of elements) {
      assert.deepEqual(types.members(tagName), names(members.filter((member) => !member.static)), tagName);
    }
  });

  it('are those that the manifest gives its properties', () => {
    for (const { tagName, members } of elements) {
      const fields = members.filter((member) => member.kind === 'field' && !member.static);
      // What a page says of its messages, the elements do not know.
      const said = fields.map(({ name, type }) => `${name}: ${type.text.replaceAll('Data', 'unknown')}`);
      assert.deepEqual(said.sort(), fields.map(({ name }) => `${name}: ${types.typeOf(tagName, name)}`).sort(), tagName);
    }
  });

  it('let frameworks set what the manifest says can be set, and listen to what it says is fired', () => {
    for (const { tagName, attributes, members, events } of elements) {
      const fields = members.filter((member) => member.kind === 'field' && !member.static && !member.readonly);
      assert.deepEqual(types.settings(tagName), names(fields), `${tagName} settings`);
      const dashed = attributes.filter(({ name, description }) => name.includes('-') && !READ_ONLY.test(description));
      assert.deepEqual(types.dashed(tagName), names(dashed), `${tagName} attributes`);
      const prefix = tagName.replace(/^peer-(?!node)/, '').replace('peer-node', 'peer');
      assert.deepEqual(types.events(tagName).filter((name) => name.startsWith(`${prefix}-`)), names(events), `${tagName} events`);
    }
  });

  it('name every command', () => {
    const commands = new Set(elements.flatMap(({ commands }) => names(commands)));
    assert.deepEqual(types.commands(), [...commands].sort());
  });
});

describe('data for editors', () => {
  const vscode = json('dist/vscode.html-custom-data.json');
  const webTypes = json('dist/web-types.json');
  const described = (description) => description?.kind === 'markdown' && SENTENCE.test(description.value);

  it('is where package.json says, and in the package', () => {
    assert.equal(pkg['web-types'], './dist/web-types.json');
    assert.ok(existsSync(join(ROOT, pkg['web-types'])));
    assert.ok(pkg.files.includes('dist'));
  });

  it('for VS Code has every tag, with every attribute and its values', () => {
    assert.equal(vscode.version, 1.1);
    assert.deepEqual(names(vscode.tags), elements.map(({ tagName }) => tagName).sort());
    for (const tag of vscode.tags) {
      const { attributes, events } = elements.find(({ tagName }) => tagName === tag.name);
      assert.deepEqual(names(tag.attributes), names(attributes));
      for (const { name, description, values, valueSet } of tag.attributes) {
        assert.ok(described(description), `${tag.name} ${name}`);
        const type = attributes.find((attribute) => attribute.name === name).type.text;
        assert.deepEqual(values && names(values), literals(type), `${tag.name} ${name}`);
        assert.equal(valueSet, type === 'boolean' ? 'v' : undefined, `${tag.name} ${name}`);
      }
      assert.ok(events.every(({ name }) => tag.description.value.includes(`\`${name}\``)));
    }
  });

  it('for VS Code has what any tag may bear: the attributes of docs/html.md, and commands', () => {
    const known = vscode.globalAttributes;
    assert.deepEqual(names(known), [...names(HYPERTEXT_ATTRIBUTES), 'command', 'commandfor'].sort());
    assert.ok(known.every(({ description }) => described(description)));
    const valuesOf = (name) => known.find((attribute) => attribute.name === name).values;
    assert.deepEqual(names(valuesOf('data-peer-each')), ['connection', 'message']);
    assert.deepEqual(names(valuesOf('command')), [...new Set(elements.flatMap(({ commands }) => names(commands)))].sort());
  });

  it('knows the attributes of docs/html.md and no others, and links to headings that are there', () => {
    const text = readFileSync(join(ROOT, 'docs/html.md'), 'utf8');
    const rows = [...text.matchAll(/^\| \[`(data-peer-[a-z]+)`\]\(#([\w-]+)\)/gm)];
    const documented = rows.map(([, name, heading]) => `${name}#${heading}`);
    assert.deepEqual(HYPERTEXT_ATTRIBUTES.map(({ name, heading }) => `${name}#${heading}`).sort(), documented.sort());
    const titles = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title.toLowerCase());
    const headings = titles.map((title) => title.replace(/[^\w\s-]/g, '').replaceAll(' ', '-'));
    const linking = [...vscode.tags, ...vscode.globalAttributes];
    const links = linking.flatMap(({ references }) => references.map(({ url }) => new URL(url)));
    assert.equal(links.length, linking.length);
    for (const { hash, pathname } of links) {
      assert.ok(pathname.endsWith(`${pkg.name}@${pkg.version}/docs/html.md`), pathname);
      assert.ok(headings.includes(hash.slice(1)), hash);
    }
  });

  it('for JetBrains has every tag, with every attribute, property and event', () => {
    assert.deepEqual([webTypes.name, webTypes.version], [pkg.name, pkg.version]);
    const { elements: tags, attributes: global } = webTypes.contributions.html;
    assert.deepEqual(names(tags), elements.map(({ tagName }) => tagName).sort());
    for (const tag of tags) {
      const { attributes, events, members } = elements.find(({ tagName }) => tagName === tag.name);
      assert.deepEqual(names(tag.attributes), names(attributes));
      const typed = (list, typeOf) => list.map((attribute) => `${attribute.name}: ${typeOf(attribute)}`).sort();
      assert.deepEqual(typed(tag.attributes, ({ value }) => value.type), typed(attributes, ({ type }) => type.text));
      assert.deepEqual(names(tag.js.events), names(events));
      const fields = members.filter(({ kind, static: isStatic }) => kind === 'field' && !isStatic);
      assert.deepEqual(names(tag.js.properties), names(fields));
    }
    assert.deepEqual(names(global), names(vscode.globalAttributes));
  });
});

/** The texts of a union of literals, or undefined where there are none. */
function literals(type) {
  const found = [...type.matchAll(/'([^']*)'/g)].map(([, text]) => text).sort();
  return found.length > 0 ? found : undefined;
}

/** Asks of each element what the types for frameworks make of it. */
const QUESTIONS = `
  import type { DashedAttributes, PeerCommand, PeerElementEvents, PeerElements, Settings } from './markup.js';
  export declare const members: PeerElements;
  export declare const settings: { [Tag in keyof PeerElements]: Settings<PeerElements[Tag]> };
  export declare const dashed: { [Tag in keyof PeerElements]: DashedAttributes<PeerElements[Tag]> };
  export declare const events: PeerElementEvents;
  export declare const commands: Record<PeerCommand, true>;
`;

/** What TypeScript sees of the published declarations. */
function publicTypes() {
  const file = join(ROOT, 'dist/frameworks/questions.ts');
  const options = {
    ...{ strict: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022 },
    ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? QUESTIONS : readFile(name));
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, QUESTIONS, rest[0]) : getSourceFile.call(host, name, ...rest);
  const program = ts.createProgram([file], options, host);
  const checker = program.getTypeChecker();
  const answers = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)));
  const answer = (name) => checker.getTypeOfSymbol(answers.find((symbol) => symbol.name === name));
  const about = (name, tag) => checker.getPropertiesOfType(checker.getTypeOfSymbol(checker.getPropertyOfType(answer(name), tag)));
  const typeOf = (tag, name) => {
    const type = checker.getTypeOfSymbol(about('members', tag).find((symbol) => symbol.name === name));
    // Defaults of parameters are not written.
    return checker.typeToString(type).replaceAll(/(PeerError|PeerChannel)<\w+>/g, '$1');
  };
  const list = (symbols) => symbols.map(({ name }) => name).sort();
  return {
    members: (tag) => list(about('members', tag).filter(isOwnAndPublic)),
    typeOf,
    settings: (tag) => list(about('settings', tag)),
    dashed: (tag) => list(about('dashed', tag)),
    events: (tag) => list(about('events', tag)),
    commands: () => list(checker.getPropertiesOfType(answer('commands'))),
  };
}

/** Whether a member is of this project and for its users; what only types listeners is not among the manifest's. */
function isOwnAndPublic({ name, declarations: [declaration] }) {
  const hidden = ts.ModifierFlags.Protected | ts.ModifierFlags.Private;
  if (!declaration.getSourceFile().fileName.includes('/dist/elements/')) return false;
  return !(ts.getCombinedModifierFlags(declaration) & hidden) && !/^(#|__#|addEventListener$|removeEventListener$)/.test(name);
}
