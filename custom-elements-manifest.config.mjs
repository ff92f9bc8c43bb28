/** What `scripts/manifest.mjs` has the analyzer do. */
export default {
  globs: ['src/elements/**/*.ts'],
  litelement: true,
  packagejson: false,
  plugins: [
    {
      name: 'public-and-published',
      analyzePhase({ ts, node }) {
        if (!ts.isClassDeclaration(node)) return;
        written.set(node.name.text, { attributes: attributesOf(ts, node), commands: commandsOf(ts, node), state: stateOf(node) });
      },
      packageLinkPhase({ customElementsManifest: manifest }) {
        manifest.modules = manifest.modules.filter(isPublicModule);
        // The order in which the file system lists files must not matter.
        manifest.modules.sort((a, b) => (a.path < b.path ? -1 : 1));
        for (const module of manifest.modules) module.declarations?.forEach(tidy);
        publishPaths(manifest);
      },
    },
  ],
};

/** The elements, their common base and their events; the other files are how they work inside. */
function isPublicModule({ path }) {
  return /\/(peer-[a-z]+(\.define)?|events)\.ts$/.test(path);
}

/** What a class's docblock says of its attributes, and the union that its `state` is of. */
const written = new Map();

/** The tags `@attr {type} name - description` of a class, by name. */
function attributesOf(ts, node) {
  const tags = ts.getJSDocTags(node).filter((tag) => tag.tagName.text === 'attr');
  const parsed = tags.map((tag) => /^\{(.+?)\}\s+([\w-]+)\s+-\s+(.*)$/s.exec(ts.getTextOfJSDocComment(tag.comment)));
  return new Map(parsed.filter(Boolean).map(([, type, name, description]) => [name, { type: { text: type }, description }]));
}

/** The tags `@command name - description` of a class: what a button with `command` and `commandfor` can ask of the element. */
function commandsOf(ts, node) {
  const tags = ts.getJSDocTags(node).filter((tag) => tag.tagName.text === 'command');
  const parsed = tags.map((tag) => /^(--[\w-]+)\s+-\s+(.*)$/s.exec(ts.getTextOfJSDocComment(tag.comment)));
  return parsed.filter(Boolean).map(([, name, description]) => ({ name, description }));
}

/** `PeerNodeState` of `extends PeerElement<PeerNodeState>`. What other classes are given is something else. */
function stateOf(node) {
  const base = node.heritageClauses?.[0]?.types[0];
  return base?.expression.getText() === 'PeerElement' ? base.typeArguments?.[0]?.getText() : undefined;
}

/** The analyzer gives an attribute the type and words of its property, and a property of a type parameter its name. */
function restoreWritten({ name, superclass, attributes, members }) {
  for (const attribute of attributes ?? []) Object.assign(attribute, written.get(name)?.attributes.get(attribute.name));
  const state = written.get(name)?.state ?? written.get(superclass?.name)?.state;
  for (const member of members ?? []) {
    if (member.type?.text === 'State' && state) member.type = { text: state };
  }
}

/** What every element has, or Lit wants, and these only describe again. */
const KNOWN_MEMBERS = ['addEventListener', 'removeEventListener', 'properties', 'styles', 'createRenderRoot'];

function tidy(declaration) {
  declaration.members = declaration.members?.filter(
    ({ name, privacy }) => privacy !== 'private' && privacy !== 'protected' && !KNOWN_MEMBERS.includes(name),
  );
  // The analyzer also lists a property under its own name, and the global attributes that an element observes.
  declaration.attributes = declaration.attributes?.filter(({ name }) => name !== 'id' && name === name.toLowerCase());
  restoreWritten(declaration);
  for (const attribute of declaration.attributes ?? []) {
    // It says the property's name twice, and not at all where the attribute is only shown.
    delete attribute.attribute;
    const property = attribute.name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
    if (declaration.members?.some(({ name }) => name === property)) attribute.fieldName = property;
  }
  // The manifest's format has no place of its own for these, and readers pass over what they do not know.
  const commands = written.get(declaration.name)?.commands;
  if (declaration.customElement && commands?.length > 0) declaration.commands = commands;
  // What a base class is seen to fire its elements declare.
  if (!declaration.customElement) delete declaration.events;
  // It takes a class of the browser for one of the file.
  if (declaration.superclass?.name === 'Event') declaration.superclass = { name: 'Event', package: 'global:' };
}

/** Readers of the manifest look for the files of the package, which are the compiled ones. */
function publishPaths(node) {
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === 'object' && value !== null) publishPaths(value);
    else if (['path', 'module'].includes(key)) node[key] = value.replace(/^\/?src\/(.*)\.[jt]s$/, 'dist/$1.js');
  }
}
