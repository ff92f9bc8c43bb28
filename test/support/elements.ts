import { expect } from '@open-wc/testing';
import { Peer as PeerJS } from 'peerjs';
import '../../src/define.js';
import {
  Peer,
  PeerNode,
  type EngineConstructor,
  type EnginePeer,
  type PeerChannel,
  type PeerChannelEventMap,
  type PeerNodeEventMap,
  type PeerOptions,
  type Transfer,
} from '../../src/index.js';
import { sure } from './partners.js';
import { SERVER, uniqueId } from './peers.js';

/** Nothing but host candidates, so that nothing leaves the machine. */
export const CONFIG: RTCConfiguration = { iceServers: [] };
/** The same as the beginning of an element's markup. */
export const MARKUP = `server="/peerjs" config='{"iceServers":[]}'`;

/** For an engine that a page makes itself. */
export const SERVER_OPTIONS: object = SERVER;

export interface Engine {
  readonly name: string;
  readonly Engine: EngineConstructor;
  /** Not this project's. */
  readonly foreign: boolean;
}

/** The engines that the elements are tested over. */
export const ENGINES: readonly Engine[] = [
  { name: 'this engine', Engine: Peer as unknown as EngineConstructor, foreign: false },
  { name: 'peerjs', Engine: PeerJS as unknown as EngineConstructor, foreign: true },
];
export const [OURS, PEERJS] = ENGINES as readonly [Engine, Engine];

/** This project's, where it speaks PeerJS's protocol to everyone. */
export const COMPATIBLE: Engine = {
  name: 'this engine, compatible',
  Engine: class extends Peer {
    constructor(id?: string, options?: PeerOptions) {
      super(id, { ...options, native: false });
    }
  } as unknown as EngineConstructor,
  foreign: false,
};
/** Every way in which two nodes can talk. */
export const PROFILES: readonly Engine[] = [...ENGINES, COMPATIBLE];

type EventMap = PeerNodeEventMap & PeerChannelEventMap;
type NodeSettings = Partial<Pick<PeerNode, 'peerId' | 'server' | 'options' | 'config' | 'iceServers' | 'manual' | 'engine' | 'peer' | 'id'>>;
type ChannelSettings = Partial<
  Pick<PeerChannel, 'to' | 'listen' | 'label' | 'metadata' | 'serialization' | 'reliable' | 'manual' | 'retry' | 'lanes' | 'maxBytes' | 'id'> & { node: string | Element }
>;

const mounted: Element[] = [];
const faults: unknown[] = [];

function onError({ error, message }: ErrorEvent): void {
  faults.push(error ?? message);
}

function onRejection({ reason }: PromiseRejectionEvent): void {
  faults.push(reason);
}

/**
 * To be called in a `describe`: after each test everything that was mounted is removed, and the test fails if anything was
 * thrown that nobody caught.
 */
export function cleanPage(): void {
  beforeEach(() => {
    faults.length = 0;
    window.addEventListener('error', onError);
    window.addEventListener('unhandledrejection', onRejection);
  });
  afterEach(async function () {
    // A wait that found no end says nothing by itself.
    const error = this.currentTest?.err;
    if (error) error.message += `\nThe page: ${outline()}`;
    for (const element of mounted.splice(0)) element.remove();
    await task();
    window.removeEventListener('error', onError);
    window.removeEventListener('unhandledrejection', onRejection);
    expect(faults.map(String), 'errors that nobody caught').to.deep.equal([]);
  });
}

/** The elements that a page has, with their attributes and errors, and a channel's text. */
function outline(): string {
  return [...document.querySelectorAll<PeerNode | PeerChannel>('peer-node, peer-channel')]
    .map((element) => {
      const attributes = [...element.attributes].map(({ name, value }) => `${name}=${value}`).join(' ');
      const words = element.localName === 'peer-channel' ? element.textContent.replace(/\s+/g, ' ').slice(0, 500) : '';
      return `<${element.localName} ${attributes}> ${element.error?.type ?? ''} ${words}`.trim();
    })
    .join('\n');
}

/** Puts an element into the page until the test is over. */
export function mount<E extends Element>(element: E, parent: Node = document.body): E {
  mounted.push(element);
  parent.appendChild(element);
  return element;
}

/** Puts markup into the page until the test is over. Gives what holds it. */
export function markup(html: string): HTMLElement {
  const holder = document.createElement('div');
  holder.innerHTML = html;
  return mount(holder);
}

/** A node that is not in the page yet. */
export function makeNode(settings: NodeSettings = {}, ...children: Node[]): PeerNode {
  const node = document.createElement('peer-node');
  Object.assign(node, { server: '/peerjs', config: CONFIG, ...settings });
  node.append(...children);
  return node;
}

/** A channel that is not in the page yet. */
export function makeChannel(settings: ChannelSettings = {}): PeerChannel {
  return Object.assign(document.createElement('peer-channel'), settings) as PeerChannel;
}

/** A node in the page, once it is open. */
export async function openNode(settings: NodeSettings = {}, ...children: Node[]): Promise<PeerNode> {
  return opened(mount(makeNode({ peerId: uniqueId(), ...settings }, ...children)));
}

/** An element once it is in a state. */
export async function reached<E extends PeerNode | PeerChannel>(element: E, state: E['state']): Promise<E> {
  const type = element instanceof PeerNode ? 'peer-state' : 'channel-state';
  while (element.state !== state) await new Promise((resolve) => element.addEventListener(type, resolve, { once: true }));
  return element;
}

export function opened<E extends PeerNode | PeerChannel>(element: E): Promise<E> {
  return reached(element, 'open');
}

/** The next event of a type at a target. */
export function next<T extends keyof EventMap>(target: EventTarget, type: T): Promise<EventMap[T]> {
  return new Promise((resolve) => target.addEventListener(type, (event) => resolve(event as EventMap[T]), { once: true }));
}

/** The events of some types from now on, as they come. */
export function record<T extends keyof EventMap>(target: EventTarget, ...types: T[]): EventMap[T][] {
  const events: EventMap[T][] = [];
  for (const type of types) target.addEventListener(type, (event) => events.push(event as EventMap[T]));
  return events;
}

/** Waits until something is so, looking after every change of state in the page. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Promise.race([next(document, 'peer-state'), next(document, 'channel-state')]);
}

/** Puts a node into the page whose channel calls a host. */
export function callFrom(Engine: EngineConstructor, host: PeerNode, settings: ChannelSettings = {}, peerId = uniqueId()): PeerChannel {
  const channel = makeChannel({ to: host.currentId, ...settings });
  mount(makeNode({ engine: Engine, peerId }, channel));
  return channel;
}

/** The next task: what microtasks do is done then. */
export function task(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Two nodes, and an open channel in each. */
export interface Conversation {
  readonly host: PeerNode;
  readonly guest: PeerNode;
  /** The channel that was called. */
  readonly called: PeerChannel;
  readonly calling: PeerChannel;
}

/** Has a guest call a host. */
export async function converse(Engine: EngineConstructor, settings: ChannelSettings = {}, listening: ChannelSettings = {}): Promise<Conversation> {
  const called = makeChannel({ listen: true, ...listening });
  const host = await openNode({ engine: Engine }, called);
  const calling = makeChannel({ to: host.currentId, ...settings });
  const guest = await openNode({ engine: Engine }, calling);
  await Promise.all([opened(called), opened(calling)]);
  if (Engine === PEERJS.Engine) await sure(called.connection as unknown as { peerConnection: RTCPeerConnection });
  return { host, guest, called, calling };
}

/** A transfer once it has ended, however that was. */
export async function ended<T extends Transfer>(transfer: T): Promise<T> {
  await transfer.finished.catch(() => undefined);
  return transfer;
}

/** An engine that keeps a list of its instances and their calls. */
export function counted(Engine: EngineConstructor): { Engine: EngineConstructor; made: EnginePeer[]; calls: { id: string; options: Record<string, unknown> }[] } {
  const made: EnginePeer[] = [];
  const calls: { id: string; options: Record<string, unknown> }[] = [];
  class Counted extends Engine {
    constructor(id?: string, options?: object) {
      super(id, options);
      made.push(this);
    }

    override connect(id: string, options: object = {}): ReturnType<EnginePeer['connect']> {
      calls.push({ id, options: options as Record<string, unknown> });
      return super.connect(id, options);
    }
  }
  return { Engine: Counted, made, calls };
}

/** The server has let go of an id: it tells nobody, and an earlier return would wait for an OPEN that never comes. */
export async function forgotten(id: string): Promise<void> {
  while (((await (await fetch('/peerjs/peerjs/peers')).json()) as string[]).includes(id));
}
