import type { EmitFn, HTMLAttributes, PublicProps } from 'vue';
import type { AttributeTexts, HypertextAttributes, PeerCommand, PeerElementEvents, PeerElements, Settings } from './markup.js';

/** Vue's types have one name for `max-bytes` and `maxBytes`: the attribute, which is a text, and the property. */
type VueProps<E> = {
  [K in keyof Settings<E>]: Settings<E>[K] | (K extends keyof AttributeTexts<E> ? AttributeTexts<E>[K] : never);
};

type VueElement<Tag extends keyof PeerElements> = new () => PeerElements[Tag] & {
  $props: Omit<HTMLAttributes, keyof Settings<PeerElements[Tag]>> & PublicProps & VueProps<PeerElements[Tag]>;
  $emit: EmitFn<{ [K in keyof PeerElementEvents[Tag]]: (event: PeerElementEvents[Tag][K]) => void }>;
};

/** What Vue 3 makes of the elements: `import 'peer-elements/vue'` types their tags. */
export type PeerElementComponents = { [Tag in keyof PeerElements]: VueElement<Tag> };

declare module 'vue' {
  interface GlobalComponents extends PeerElementComponents {}

  interface HTMLAttributes extends HypertextAttributes<true> {}

  interface ButtonHTMLAttributes {
    command?: PeerCommand | (string & {}) | undefined;
    commandfor?: string | undefined;
  }
}
