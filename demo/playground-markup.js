/** Elements as one would write them. */

/** What the elements write themselves is not written by people. */
const OWN = ['state', 'error', 'current-id', 'open-count', 'remote-id', 'incoming', 'profile'];

export function markupOf(element, indent = '') {
  const attributes = [...element.attributes]
    .filter(({ name }) => !OWN.includes(name))
    .map(({ name, value }) => (value === '' ? ` ${name}` : ` ${name}=${quoted(value)}`))
    .join('');
  const children = [...element.children].map((child) => `\n${markupOf(child, `${indent}  `)}`).join('');
  return `${indent}<${element.localName}${attributes}>${children}${children && `\n${indent}`}</${element.localName}>`;
}

/** JSON reads better in single quotes. */
function quoted(value) {
  const escaped = value.replaceAll('&', '&amp;');
  return escaped.includes('"') && !escaped.includes("'") ? `'${escaped}'` : `"${escaped.replaceAll('"', '&quot;')}"`;
}
