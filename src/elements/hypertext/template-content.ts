/** A copy of what a template holds, ready for the template's document. */
export function contentOf(template: HTMLTemplateElement): DocumentFragment {
  const { ownerDocument, content } = template;
  if (content.childElementCount > 0) return ownerDocument.importNode(content, true);
  // Frameworks that render a template put the children into the element itself, not into its content.
  const fragment = ownerDocument.createDocumentFragment();
  for (const child of template.childNodes) fragment.append(child.cloneNode(true));
  return fragment;
}

/** What a template says of how many of its stamps are kept: a whole number above zero, else the default. */
export function maxOf(template: HTMLTemplateElement, otherwise: number): number {
  const max = Number(template.getAttribute('data-peer-max') || NaN);
  return Number.isInteger(max) && max > 0 ? max : otherwise;
}

/** Whether two templates say the same: one may stand for the other, as after a morph or a re-render of the page. */
export function isEqualTemplate(one: HTMLTemplateElement, other: HTMLTemplateElement): boolean {
  // The content is no child of the element.
  return one.isEqualNode(other) && one.content.isEqualNode(other.content);
}
