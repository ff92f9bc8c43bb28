/** A node or channel has no box of its own: what is inside it lays out as if it were not there. */
const RULE = ':where(peer-node, peer-channel):where(:not([hidden])) { display: contents }';

/** A sheet can be adopted only in the document it was made for. */
const sheets = new WeakMap<Document, CSSStyleSheet>();

/** Adopts the rule into the document or shadow root that holds an element, once. Any rule of the page's is stronger. */
export function layOutAsContents(element: HTMLElement): void {
  const root = element.getRootNode() as Document | ShadowRoot;
  if (!('adoptedStyleSheets' in root)) return;
  const sheet = sheetOf(element.ownerDocument);
  if (sheet && !root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}

function sheetOf(owner: Document): CSSStyleSheet | undefined {
  const known = sheets.get(owner);
  if (known || !owner.defaultView) return known;
  const sheet = new owner.defaultView.CSSStyleSheet();
  sheet.replaceSync(RULE);
  sheets.set(owner, sheet);
  return sheet;
}
