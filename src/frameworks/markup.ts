import type { ReactiveElement } from '@lit/reactive-element';
import type { PeerChannelEventMap, PeerInviteEventMap, PeerNodeEventMap } from '../elements/events.js';
import type { PeerChannel } from '../elements/peer-channel.define.js';
import type { PeerInvite } from '../elements/peer-invite.define.js';
import type { PeerNode } from '../elements/peer-node.define.js';

/**
 * What the markup of a framework may say, taken from the classes of the elements and from their event maps. The files beside
 * this one give it to each framework's own types. Nothing of it is there when a page runs: `peer-elements/define` registers them.
 */

/** The elements by their tags. */
export interface PeerElements {
  'peer-node': PeerNode;
  'peer-channel': PeerChannel;
  'peer-invite': PeerInvite;
}

/** The events of all elements: they bubble, so that whatever is around an element may be listened to. */
export interface PeerEventMap extends PeerNodeEventMap, PeerChannelEventMap, PeerInviteEventMap {}

/** The events that an element fires, or that bubble up to it from the elements that are put inside. */
export interface PeerElementEvents {
  'peer-node': PeerEventMap;
  'peer-channel': PeerChannelEventMap & PeerInviteEventMap;
  'peer-invite': PeerInviteEventMap;
}

/** The setter of `node` takes more than its getter gives, and TypeScript can ask for the latter only. */
interface SetterTypes {
  node: string | Element;
}

/** K, or never where the property is read-only: types are the same where they cannot be told apart by a condition. */
type Writable<E, K extends keyof E> =
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  (<T>() => T extends { [P in K]: E[K] } ? 1 : 2) extends <T>() => T extends { -readonly [P in K]: E[K] } ? 1 : 2 ? K : never;

/** The properties that an element has of its own and that can be written. */
type SettingNames<E> = {
  [K in Exclude<keyof E, keyof ReactiveElement>]-?: E[K] extends (...given: never[]) => unknown ? never : Writable<E, K>;
}[Exclude<keyof E, keyof ReactiveElement>] &
  string;

/** The settings of an element, as properties. Null and undefined mean "absent", for every one. */
export type Settings<E> = {
  [K in SettingNames<E>]?: (K extends keyof SetterTypes ? SetterTypes[K] : E[K]) | null | undefined;
};

type Dashed<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `-${Lowercase<First>}`}${Dashed<Rest>}`
  : '';

type WithDash<Name extends string> = Name extends Lowercase<Name> ? never : Dashed<Name>;

/** What an attribute may be, that is written as a text: a list or an object as JSON. */
type AttributeValue<Value> = [Value] extends [boolean] ? boolean | '' : [Value] extends [number] ? number | string : string;

/** The settings whose attribute has another name than the property (`peer-id`), by the name of the property. */
export type AttributeTexts<E> = {
  [K in SettingNames<E> as [WithDash<K>] extends [never] ? never : K]?: AttributeValue<NonNullable<E[K]>>;
};

/** The same by the name of the attribute: frameworks write these as attributes. */
export type DashedAttributes<E> = {
  [K in SettingNames<E> as WithDash<K>]?: AttributeValue<NonNullable<E[K]>> | null | undefined;
};

/** The same settings, where the framework makes properties of them all the same. */
export type DashedSettings<E> = {
  [K in SettingNames<E> as WithDash<K>]?: E[K] | null | undefined;
};

/** A listener that knows at which element it is. */
export type Listener<E, Fired> = (event: Fired & { readonly currentTarget: E }) => void;

/** Listeners as properties, `onpeer-state`. */
export type Listeners<E, Events> = {
  [K in keyof Events & string as `on${K}`]?: Listener<E, Events[K]> | null | undefined;
};

/**
 * The attributes by which a page says without script what to send, to show and when: docs/html.md.
 *
 * @typeParam Bare What the framework's types have for an attribute without a value, where it writes one without a value.
 */
export interface HypertextAttributes<Bare = never> {
  /** On a form: sends its fields. A value is the id of the channel or node to send to, if not the closest one around it. */
  'data-peer-send'?: string | Bare | null | undefined;
  /** Stays as it is when the form has sent; on a connection's template: its stamps stay when the channel closes. */
  'data-peer-keep'?: '' | Bare | null | undefined;
  /** On a template: is copied for each message, or for each connection. */
  'data-peer-each'?: 'message' | 'connection' | null | undefined;
  /** On such a template: how many copies are kept. */
  'data-peer-max'?: number | string | null | undefined;
  /** Shows the element only while all these terms hold: `state=open|interrupted`. */
  'data-peer-when'?: string | null | undefined;
  /** Is given the text of a property of what is around it: `current-id`. */
  'data-peer-text'?: string | null | undefined;
  /** Is given the number of messages that match these terms. */
  'data-peer-count'?: string | Bare | null | undefined;
}

/** What a button asks of an element. */
export type PeerCommand =
  | '--open'
  | '--close'
  | '--disconnect'
  | '--reconnect'
  | '--connect'
  | '--send'
  | '--copy'
  | '--share';
