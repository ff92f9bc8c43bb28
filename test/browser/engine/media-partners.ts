/** Calls between any two engines, with media that needs no camera: a canvas and an oscillator. */
import type { Peer } from '../../../src/engine/index.js';
import { once } from '../../support/peers.js';
import { openAny, type AnyPeer, type Engine } from '../../support/partners.js';

/** What a test needs of a call, whoever made it. */
export interface AnyCall {
  readonly peer: string;
  readonly type: string;
  readonly connectionId: string;
  readonly metadata: unknown;
  readonly open: boolean;
  readonly localStream: MediaStream | null | undefined;
  readonly remoteStream: MediaStream | null | undefined;
  readonly peerConnection: RTCPeerConnection | null | undefined;
  on(event: string, listener: (...values: any[]) => void): unknown;
  once(event: string, listener: (value: never) => void): unknown;
  answer(stream?: MediaStream, options?: object): void;
  close(): void;
}

/** A peer as a caller. */
export interface Caller extends AnyPeer {
  call(id: string, stream: MediaStream, options?: object): AnyCall;
}

/** The directions in which calls have to work. */
export const CALLS: readonly (readonly [Engine, Engine])[] = [
  ['ours', 'ours'],
  ['compatible', 'ours'],
  ['ours', 'peerjs'],
  ['peerjs', 'ours'],
];

const ends: (() => void)[] = [];

/** For `afterEach`. */
export function endStreams(): void {
  for (const end of ends.splice(0)) end();
}

/** A stream of a canvas whose picture changes all the time, and of a tone where that is wanted. */
export function makeStream({ audio = true, video = true } = {}): MediaStream {
  const stream = new MediaStream();
  if (video) {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    let turn = 0;
    const paint = (): void => {
      context.fillStyle = `hsl(${(turn += 20)} 80% 50%)`;
      context.fillRect(0, 0, canvas.width, canvas.height);
    };
    paint();
    const timer = setInterval(paint, 50);
    for (const track of canvas.captureStream(20).getTracks()) stream.addTrack(track);
    ends.push(() => clearInterval(timer));
  }
  if (audio) {
    const sound = new AudioContext();
    const destination = sound.createMediaStreamDestination();
    const tone = sound.createOscillator();
    tone.connect(destination);
    tone.start();
    for (const track of destination.stream.getTracks()) stream.addTrack(track);
    ends.push(() => void sound.close());
  }
  ends.push(() => {
    for (const track of stream.getTracks()) track.stop();
  });
  return stream;
}

/** Resolves when a picture of the stream is there. */
export async function shows(stream: MediaStream): Promise<void> {
  const video = Object.assign(document.createElement('video'), { muted: true, autoplay: true, playsInline: true });
  const loaded = new Promise((resolve) => video.addEventListener('loadeddata', resolve, { once: true }));
  document.body.append(video);
  ends.push(() => {
    video.srcObject = null;
    video.remove();
  });
  video.srcObject = stream;
  await loaded;
}

/** The kinds of a stream's tracks. */
export function kinds(stream: MediaStream | null | undefined): string[] {
  return (stream?.getTracks() ?? []).map(({ kind }) => kind).sort();
}

export interface Ringing {
  readonly alice: Caller;
  readonly bob: Caller;
  readonly call: AnyCall;
  readonly incoming: AnyCall;
}

/** A call that bob has heard of, and not answered. */
export async function ringing(
  from: Engine,
  to: Engine,
  { stream = makeStream(), call: options = {}, alice: ofAlice = {}, bob: ofBob = {} }: { stream?: MediaStream; call?: object; alice?: object; bob?: object } = {},
): Promise<Ringing> {
  const [alice, bob] = (await Promise.all([openAny(from, undefined, ofAlice), openAny(to, undefined, ofBob)])) as Caller[] as [Caller, Caller];
  const rings = once<AnyCall>(bob, 'call');
  const call = alice.call(bob.id ?? '', stream, options);
  return { alice, bob, call, incoming: await rings };
}

/** The same, answered, and with both sides' media on its way. */
export async function talking(from: Engine, to: Engine, options: Parameters<typeof ringing>[2] = {}): Promise<Ringing> {
  const both = await ringing(from, to, options);
  const streams = Promise.all([once(both.call, 'stream'), once(both.incoming, 'stream')]);
  // Until then PeerJS's end is noticed by ICE alone.
  const stands = Promise.all([once(both.call, 'willCloseOnRemote'), once(both.incoming, 'willCloseOnRemote')]);
  both.incoming.answer(makeStream());
  await Promise.all([streams, stands]);
  return both;
}

/** An end as the tests look at it: the reason, and the type of the error before it, if there was one. */
export function endOf(call: AnyCall): Promise<[reason: string, error: string | undefined]> {
  let type: string | undefined;
  call.on('error', (error: { type: string }) => (type = error.type));
  return new Promise((resolve) => call.on('close', (reason: string) => resolve([reason, type])));
}

/** A peer of this engine, seen as a caller of any. */
export const asCaller = (peer: Peer): Caller => peer as unknown as Caller;
