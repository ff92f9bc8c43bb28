import type { HTMLAttributes } from 'svelte/elements';
import type { DashedAttributes, Listeners, PeerElements, PeerEventMap, Settings } from './markup.js';

/** What Svelte 5 makes of the elements: `import 'peer-elements/svelte'` types their tags. */
export type PeerElementAttributes = {
  [Tag in keyof PeerElements]: Omit<HTMLAttributes<PeerElements[Tag]>, keyof Settings<PeerElements[Tag]>> &
    Settings<PeerElements[Tag]> &
    DashedAttributes<PeerElements[Tag]>;
};

declare module 'svelte/elements' {
  interface SvelteHTMLElements extends PeerElementAttributes {}

  interface DOMAttributes<T extends EventTarget> extends Listeners<T, PeerEventMap> {}
}
