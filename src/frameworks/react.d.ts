import type {
  DashedAttributes,
  HypertextAttributes,
  Listener,
  Listeners,
  PeerElementEvents,
  PeerElements,
  PeerCommand,
  Settings,
} from './markup.js';
import type { ClassAttributes, HTMLAttributes } from 'react';

type Captured<E, Events> = {
  [K in keyof Events & string as `on${K}Capture`]?: Listener<E, Events[K]> | null | undefined;
};

/** What React 19 makes of the elements: `import 'peer-elements/react'` types their tags. */
export type PeerElementProps = {
  [Tag in keyof PeerElements]: Omit<HTMLAttributes<PeerElements[Tag]>, keyof Settings<PeerElements[Tag]>> &
    ClassAttributes<PeerElements[Tag]> &
    Settings<PeerElements[Tag]> &
    DashedAttributes<PeerElements[Tag]> &
    Listeners<PeerElements[Tag], PeerElementEvents[Tag]> &
    Captured<PeerElements[Tag], PeerElementEvents[Tag]>;
};

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends PeerElementProps {}
  }

  interface HTMLAttributes<T> extends HypertextAttributes {}

  interface ButtonHTMLAttributes<T> {
    command?: PeerCommand | (string & {}) | undefined;
    commandfor?: string | undefined;
  }
}
