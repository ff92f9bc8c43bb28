/** The page of the elements, made of custom-elements.json alone: what is said of them is said once, in their docblocks. */
import { blocks, escapeHtml, inline, slugOf } from './markdown.mjs';

/** What a page does with them in this order. */
const ORDER = ['peer-node', 'peer-channel', 'peer-invite'];
/** Members that every custom element has, or that are there for the browser. */
const HIDDEN = /^(#|_)|^(connected|disconnected|adopted|attributeChanged|connectedMove)Callback$/;

export function elementsPage(manifest) {
  const declarations = manifest.modules.flatMap((module) => module.declarations ?? []);
  const elements = declarations
    .filter(({ tagName }) => tagName)
    .sort((a, b) => ORDER.indexOf(a.tagName) - ORDER.indexOf(b.tagName));
  return {
    sections: elements.map(({ tagName }) => ({ id: tagName, title: `\`<${tagName}>\`` })),
    body: `<h1>Elements</h1>
<p>Every attribute, property, method, event and state. Attributes that are marked read-only are the element's own: what others write into them
is written back. Properties take what attributes take, and objects.</p>
${elements.map((element) => elementSection(element, declarations)).join('\n')}`,
  };
}

function elementSection(element, declarations) {
  const { tagName, description = '', attributes = [], events = [] } = element;
  const members = element.members.filter(({ name, static: isStatic }) => !HIDDEN.test(name) && !isStatic);
  const fields = members.filter(({ kind }) => kind === 'field');
  // The attributes that tell of a state have no `fieldName`: nothing but the element writes them.
  const propertyOf = ({ name, fieldName }) => fieldName ?? fields.find((field) => field.name === camelCase(name))?.name;
  const unlisted = fields.filter(({ name }) => !attributes.some((attribute) => propertyOf(attribute) === name));
  return `<section aria-labelledby="${tagName}">
<h2 id="${tagName}"><code>&lt;${tagName}&gt;</code></h2>
${blocks(description)}
${table('Attributes', ['attribute', 'property', 'type', 'meaning'], attributes.map((attribute) => [
    code(attribute.name),
    propertyOf(attribute) ? code(propertyOf(attribute)) : '',
    typeCode(attribute.type?.text ?? 'string'),
    inline(attribute.description ?? ''),
  ]), tagName)}
${table('Properties without an attribute', ['property', 'type', 'meaning'], unlisted.map((field) => [
    code(field.name),
    typeCode(field.type?.text ?? ''),
    `${field.readonly ? 'Read-only. ' : ''}${inline(field.description ?? '')}`,
  ]), tagName)}
${table('Methods', ['method', 'meaning'], members.filter(({ kind }) => kind === 'method').map((method) => [
    code(signature(method)),
    blocks(method.description ?? ''),
  ]), tagName)}
${table('Events', ['event', 'fields', 'when'], events.map((event) => [
    code(event.name),
    eventFields(event, declarations).map(code).join(' '),
    inline(event.description ?? ''),
  ]), tagName)}
${table('States, as in <code>:state(open)</code>', ['state', 'meaning'], named(element.cssStates), tagName)}
${table('Parts, as in <code>::part(qr)</code>', ['part', 'meaning'], named(element.cssParts), tagName)}
${table('Custom properties', ['property', 'meaning'], named(element.cssProperties), tagName)}
</section>`;
}

/** Where there is no room for columns, a row becomes a paragraph: what lies between its name and its meaning is then labelled, and the roles say again what it was. */
function table(title, head, rows, tagName) {
  if (rows.length === 0) return '';
  const id = `${tagName}-${slugOf(title.replaceAll(/<[^>]+>/g, '')).split('-')[0]}`;
  const cell = (content, i) => `<td role="cell"${i > 0 && i < head.length - 1 && content ? ` data-label="${head[i]}"` : ''}>${content}</td>`;
  return `<h3 id="${id}">${title}</h3>
<div class="wide reference" role="group" aria-labelledby="${id}" tabindex="0"><table role="table">
<thead role="rowgroup"><tr role="row">${head.map((name) => `<th role="columnheader" scope="col">${name}</th>`).join('')}</tr></thead>
<tbody role="rowgroup">
${rows.map((cells) => `<tr role="row">${cells.map(cell).join('')}</tr>`).join('\n')}
</tbody></table></div>`;
}

function named(list = []) {
  return list.map(({ name, description = '' }) => [code(name), inline(description)]);
}

function signature({ name, parameters = [] }) {
  return `${name}(${parameters.map((parameter) => `${parameter.name}${parameter.optional ? '?' : ''}`).join(', ')})`;
}

/** What an event of that class holds. */
function eventFields({ type }, declarations) {
  const declared = declarations.find(({ name }) => name === type?.text);
  return (declared?.members ?? []).map((member) => (member.kind === 'method' ? signature(member) : member.name));
}

function camelCase(name) {
  return name.replaceAll(/-(.)/g, (whole, letter) => letter.toUpperCase());
}

/** A type may have many members: lines break between them. */
function typeCode(text) {
  return code(text).replaceAll(/\s*\|\s*/g, ' | ');
}

function code(text) {
  return `<code>${escapeHtml(text)}</code>`;
}
