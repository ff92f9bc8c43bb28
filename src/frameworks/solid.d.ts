import type { JSX } from 'solid-js';
import type { DashedSettings, HypertextAttributes, PeerElements, PeerEventMap, Settings } from './markup.js';

type Spelt<E> = {
  [K in keyof Settings<E> & string as `prop:${K}`]?: Settings<E>[K];
};

/** What Solid makes of the elements: `import 'peer-elements/solid'` types their tags. */
export type PeerElementProps = {
  [Tag in keyof PeerElements]: Omit<JSX.HTMLAttributes<PeerElements[Tag]>, keyof Settings<PeerElements[Tag]>> &
    Settings<PeerElements[Tag]> &
    DashedSettings<PeerElements[Tag]> &
    Spelt<PeerElements[Tag]>;
};

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements extends PeerElementProps {}

    interface HTMLAttributes<T> extends HypertextAttributes<true> {}

    interface CustomEvents extends PeerEventMap {}
  }
}
