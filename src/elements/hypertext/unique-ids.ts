/** Attributes that name elements of the same tree by their ids: one, or several with spaces between. */
const REFERENCES: readonly string[] = [
  'for',
  'commandfor',
  'popovertarget',
  'list',
  'form',
  'headers',
  'aria-activedescendant',
  'aria-controls',
  'aria-describedby',
  'aria-details',
  'aria-errormessage',
  'aria-flowto',
  'aria-labelledby',
  'aria-owns',
  'data-peer-send',
  'node',
];

let copies = 0;

/**
 * Gives every id within, and that of an element itself, a suffix that makes it unique in the page. References from within to
 * these ids follow, `href="#id"` among them; others are left. What is in nested templates is seen to as well.
 */
export function makeIdsUnique(root: DocumentFragment | Element): void {
  const elements = elementsIn(root);
  const renamed = new Map<string, string>();
  for (const element of elements) {
    const { id } = element;
    if (id === '') continue;
    element.id = unique(id);
    // Of two that have the same id the first is the one that is meant, as in a page.
    if (!renamed.has(id)) renamed.set(id, element.id);
  }
  if (renamed.size === 0) return;
  for (const element of elements) follow(element, renamed);
}

function follow(element: Element, renamed: ReadonlyMap<string, string>): void {
  for (const name of REFERENCES) {
    const ids = element.getAttribute(name);
    if (!ids) continue;
    const followed = ids.replace(/\S+/g, (id) => renamed.get(id) ?? id);
    if (followed !== ids) element.setAttribute(name, followed);
  }
  const href = element.getAttribute('href');
  const target = href?.startsWith('#') ? renamed.get(href.slice(1)) : undefined;
  if (target !== undefined) element.setAttribute('href', `#${target}`);
}

function elementsIn(root: DocumentFragment | Element): Element[] {
  const elements = [...(root instanceof Element ? [root] : []), ...root.querySelectorAll('*')];
  return elements.flatMap((element) => [element, ...(element instanceof HTMLTemplateElement ? elementsIn(element.content) : [])]);
}

function unique(id: string): string {
  let candidate: string;
  do candidate = `${id}--${++copies}`;
  while (document.getElementById(candidate));
  return candidate;
}
