import type { HTMLAttributes } from 'preact';
import type { DashedAttributes, HypertextAttributes, Listeners, PeerElements, PeerEventMap, Settings } from './markup.js';

/** What Preact makes of the elements: `import 'peer-elements/preact'` types their tags. */
export type PeerElementProps = {
  [Tag in keyof PeerElements]: Omit<HTMLAttributes<PeerElements[Tag]>, keyof Settings<PeerElements[Tag]>> &
    Settings<PeerElements[Tag]> &
    DashedAttributes<PeerElements[Tag]>;
};

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements extends PeerElementProps {}
  }

  interface HTMLAttributes<RefType extends EventTarget = EventTarget>
    extends HypertextAttributes, Listeners<RefType, PeerEventMap> {}
}
