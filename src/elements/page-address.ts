/**
 * A remote's id as a parameter of an address: how an invitation says whom to call. `#peer` is the parameter `peer` of the
 * page's fragment, `?peer` that of its query; both are pairs as a form sends them (`#peer=abc&lang=de`). An address can be
 * crafted by anyone, so what it says is an id or nothing.
 */

/** UTF-16 units of an id. PeerServer's have 36. */
const MAX_ID_LENGTH = 512;
/** What an invitation's address may be. */
const PROTOCOLS = ['http:', 'https:', 'file:'];

const watchers = new Set<() => void>();

/**
 * The id that a channel's `to` means: itself, or what the parameter holds that `#name` or `?name` names. Undefined where
 * the address has no such parameter, an empty one, or one of more than 512 characters. Of several the first counts.
 */
export function remoteIdFrom(to: string | undefined): string | undefined {
  if (to === undefined || !/^[#?]/.test(to)) return to;
  const name = parameterName(to.slice(1));
  const part = to.startsWith('#') ? location.hash : location.search;
  const id = name === undefined ? null : pairsOf(part.slice(1)).get(name);
  return id !== null && isUsable(id) ? id : undefined;
}

/**
 * Calls `changed` whenever the page's address may be another one. Returns the way to stop. `history.pushState()` and
 * `replaceState()` tell nobody: a script that uses them dispatches a `popstate` event, or sets `to`.
 */
export function watchAddress(changed: () => void): () => void {
  const watcher = (): void => changed();
  if (watchers.size === 0) {
    addEventListener('hashchange', tellWatchers);
    addEventListener('popstate', tellWatchers);
  }
  watchers.add(watcher);
  return () => {
    if (!watchers.delete(watcher) || watchers.size > 0) return;
    removeEventListener('hashchange', tellWatchers);
    removeEventListener('popstate', tellWatchers);
  };
}

/**
 * The address under which others find a parameter with that id: `#peer` and `?peer` are this page's with all that it has,
 * anything else is resolved against `base` and names the parameter in its last pair: `guest.html?room=1#peer`. Credentials
 * are left out. Undefined where no such address can be made; never throws.
 */
export function addressWith(href: string, id: string, base: string): string | undefined {
  const here = /^[#?]/.test(href);
  const address = here ? location.href : href;
  const url = URL.canParse(address, base) ? new URL(address, base) : undefined;
  if (!url || !PROTOCOLS.includes(url.protocol) || !isUsable(id)) return undefined;
  url.username = url.password = '';
  const part = (here ? href.startsWith('#') : url.hash !== '') ? 'hash' : 'search';
  const pairs = url[part].slice(1).split('&').filter(Boolean);
  const name = parameterName(here ? href.slice(1) : (pairs.pop() ?? ''));
  if (name === undefined) return undefined;
  const others = pairs.filter((pair) => nameOf(pair) !== name);
  url[part] = [...others, new URLSearchParams([[name, id]]).toString()].join('&');
  return url.href;
}

function tellWatchers(): void {
  for (const watcher of [...watchers]) watcher();
}

/** The name that one pair without a value gives. */
function parameterName(text: string): string | undefined {
  const [pair, ...others] = pairsOf(text);
  return pair && pair[0] !== '' && pair[1] === '' && others.length === 0 ? pair[0] : undefined;
}

/** Never throws: what is not percent-encoded right stands for itself. */
function pairsOf(text: string): URLSearchParams {
  // A question mark at the beginning would be left out: in a fragment it belongs to the first name.
  return new URLSearchParams(text.replace(/^\?/, '%3F'));
}

function nameOf(pair: string): string | undefined {
  return parameterName(pair.split('=', 1)[0] ?? '');
}

function isUsable(id: string): boolean {
  return id !== '' && id.length <= MAX_ID_LENGTH;
}
