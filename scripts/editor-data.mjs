/**
 * What editors complete and explain, made from the custom elements manifest: `dist/vscode.html-custom-data.json` for VS Code,
 * to which a project points by its setting `html.customData`, and `dist/web-types.json` for the editors of JetBrains, which
 * find it by package.json.
 *
 * Formats: https://github.com/microsoft/vscode-custom-data and https://github.com/JetBrains/web-types.
 */
import { HYPERTEXT_ATTRIBUTES } from './hypertext-attributes.mjs';

/** The heading of docs/html.md that tells of each element, and of commands. */
const HEADINGS = {
  'peer-node': 'a-chat',
  'peer-channel': 'a-chat',
  'peer-invite': 'invitations-and-addresses',
  commands: 'commands',
};

/** What the manifest says of the elements. */
export function elementsOf(manifest) {
  return manifest.modules.flatMap((module) => module.declarations ?? []).filter((declaration) => declaration.customElement);
}

/** The documentation of the version that is installed. */
function linkTo(heading, { name, version }) {
  return `https://unpkg.com/${name}@${version}/docs/html.md#${heading}`;
}

/** The texts that an attribute may have: those of a union of literals; undefined where it may have others. */
function literals(type = '') {
  const members = type.split('|').map((member) => /^'(.*)'$/.exec(member.trim())?.[1]);
  const known = members.filter((member) => member !== undefined);
  return known.length > 0 ? known : undefined;
}

/** Every command of any element, once, with what it does to which. */
function commandsOf(elements) {
  const names = [...new Set(elements.flatMap(({ commands }) => (commands ?? []).map(({ name }) => name)))];
  return names.map((name) => ({
    name,
    description: elements
      .flatMap(({ tagName, commands }) => (commands ?? []).map((command) => ({ ...command, tagName })))
      .filter((command) => command.name === name)
      .map(({ tagName, description }) => `\`<${tagName}>\`: ${description}`)
      .join('\n\n'),
  }));
}

/** The data for VS Code's HTML editor. */
export function vscodeData(manifest, pkg) {
  const elements = elementsOf(manifest);
  const references = (heading) => [{ name: 'Documentation', url: linkTo(heading, pkg) }];
  return {
    version: 1.1,
    tags: elements.map((element) => ({
      name: element.tagName,
      description: markdown(explained(element)),
      attributes: (element.attributes ?? []).map(({ name, description, type }) => ({
        name,
        description: markdown(description),
        ...valuesFor(type?.text),
      })),
      references: references(HEADINGS[element.tagName]),
    })),
    globalAttributes: [
      ...HYPERTEXT_ATTRIBUTES.map(({ name, heading, description, values }) => ({
        name,
        description: markdown(description),
        ...(values && { values: values.map((value) => ({ name: value.name, description: markdown(value.description) })) }),
        references: references(heading),
      })),
      {
        name: 'command',
        description: markdown('On a `button`, which needs `type="button"` in a form: what to ask of the element that `commandfor` names.'),
        values: commandsOf(elements).map(({ name, description }) => ({ name, description: markdown(description) })),
        references: references(HEADINGS.commands),
      },
      {
        name: 'commandfor',
        description: markdown('On a `button`: the id of the element that `command` is for.'),
        references: references(HEADINGS.commands),
      },
    ],
    valueSets: [],
  };
}

function markdown(value) {
  return { kind: 'markdown', value };
}

/** `v` is VS Code's own name for an attribute that is there or not. */
function valuesFor(type) {
  if (type === 'boolean') return { valueSet: 'v' };
  const values = literals(type);
  return values ? { values: values.map((name) => ({ name })) } : {};
}

/** A tag's description, with what VS Code has no field for. */
function explained({ description, events, commands, cssStates, cssParts, cssProperties }) {
  const css = { 'CSS states': cssStates, 'CSS parts': cssParts, 'CSS properties': cssProperties };
  const lists = { Events: events, Commands: commands, ...css };
  const written = Object.entries(lists)
    .filter(([, entries]) => entries?.length > 0)
    .map(([title, entries]) => [`**${title}**`, ...entries.map(({ name, description }) => `- \`${name}\`: ${description}`)].join('\n'));
  return [description, ...written].join('\n\n');
}

/** The data for the editors of JetBrains. */
export function webTypes(manifest, pkg) {
  const elements = elementsOf(manifest);
  return {
    $schema: 'https://json.schemastore.org/web-types',
    name: pkg.name,
    version: pkg.version,
    'description-markup': 'markdown',
    'js-types-syntax': 'typescript',
    contributions: {
      html: {
        elements: elements.map((element) => elementType(element, pkg)),
        attributes: [
          ...HYPERTEXT_ATTRIBUTES.map(({ name, heading, description, values }) => ({
            name,
            description,
            'doc-url': linkTo(heading, pkg),
            value: values ? oneOf(values.map((value) => value.name)) : { type: 'string', required: false },
          })),
          {
            name: 'command',
            description: 'What a `button` asks of the element that `commandfor` names.',
            'doc-url': linkTo(HEADINGS.commands, pkg),
            value: oneOf(commandsOf(elements).map(({ name }) => name), 'string'),
          },
          {
            name: 'commandfor',
            description: 'The id of the element that `command` is for.',
            'doc-url': linkTo(HEADINGS.commands, pkg),
            value: { type: 'string' },
          },
        ],
      },
    },
  };
}

function elementType({ tagName, description, attributes, members, events, slots, cssProperties, cssParts, cssStates }, pkg) {
  const named = (entries) => (entries ?? []).map(({ name, description }) => ({ name, description }));
  return {
    name: tagName,
    description,
    'doc-url': linkTo(HEADINGS[tagName], pkg),
    attributes: (attributes ?? []).map(({ name, description, type }) => ({
      name,
      description,
      value: type?.text === 'boolean' ? { type: 'boolean', required: false } : { type: type?.text ?? 'string' },
    })),
    slots: named(slots),
    js: {
      properties: (members ?? [])
        .filter(({ kind, static: isStatic }) => kind === 'field' && !isStatic)
        .map(({ name, description, type, readonly }) => ({
          name,
          description,
          type: type?.text ?? 'unknown',
          'read-only': Boolean(readonly),
        })),
      events: (events ?? []).map(({ name, description, type }) => ({ name, description, type: type?.text ?? 'Event' })),
    },
    css: { properties: named(cssProperties), parts: named(cssParts), states: named(cssStates) },
  };
}

function oneOf(names, ...more) {
  return { type: [...names.map((name) => `'${name}'`), ...more].join(' | ') };
}
