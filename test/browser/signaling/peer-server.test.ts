import { expect } from '@open-wc/testing';

import { OPEN_TIMEOUT, PeerServerSignaling, type PeerServerOptions } from '../../../src/signaling/index.js';
import { signalingConformance } from './conformance.js';
import { countedFetch, countedSockets, countedTimers, type CountedFetch, type CountedSockets } from './counted.js';
import { rejection, SILENCE, Stage, uniqueId, wait } from './recorder.js';

const DEFAULTS: PeerServerOptions = {
  host: location.hostname,
  port: location.port,
  path: '/peerjs',
  key: 'peerjs',
  secure: location.protocol === 'https:',
  pingInterval: 5_000,
  referrerPolicy: 'strict-origin-when-cross-origin',
};

const HEARTBEAT = '{"type":"HEARTBEAT"}';

signalingConformance('PeerServerSignaling', () => {
  const sockets = countedSockets();
  const requests = countedFetch();
  return {
    create: () => new PeerServerSignaling({ ...DEFAULTS, WebSocket: sockets.WebSocket, fetch: requests.fetch }),
    resources: () => sockets.open(),
    absenceLimit: 6_500,
  };
});

describe('PeerServerSignaling', () => {
  const stage = new Stage();
  let sockets: CountedSockets;
  let requests: CountedFetch;
  let logged: unknown[][];

  beforeEach(() => {
    sockets = countedSockets();
    requests = countedFetch();
    logged = [];
  });

  afterEach(() => stage.clear());

  function create(options: Partial<PeerServerOptions> = {}): PeerServerSignaling {
    const { WebSocket } = sockets;
    const log = (...args: unknown[]): number => logged.push(args);
    return stage.use(new PeerServerSignaling({ ...DEFAULTS, WebSocket, fetch: requests.fetch, log, ...options }));
  }

  /** What `open()` rejects with, when it leaves nothing behind and reports nothing. */
  async function refusal(options: Partial<PeerServerOptions>, id: string | undefined = uniqueId()) {
    const session = stage.recorder(id);
    const timers = countedTimers();
    try {
      const error = await rejection(create(options).open(session));
      expect([sockets.open(), requests.pending(), timers.pending()]).to.deep.equal([0, 0, 0]);
      expect(session.losses).to.deep.equal([]);
      return error;
    } finally {
      timers.restore();
    }
  }

  /** A session at which the test plays the server: `say()` delivers frames as if they came from the socket. */
  async function scripted(path = '/peerjs') {
    const signaling = create({ path });
    const session = stage.recorder(uniqueId());
    await signaling.open(session);
    const socket = sockets.all.at(-1);
    const say = (data: unknown): unknown =>
      socket?.dispatchEvent(new MessageEvent('message', { data: typeof data === 'object' ? JSON.stringify(data) : data }));
    return { signaling, session, socket, say };
  }

  describe('requests', () => {
    it('asks for an id and connects exactly as PeerJS does', async () => {
      const session = stage.recorder(undefined, 'tok');
      const id = await create().open(session);
      const origin = `${location.hostname}:${location.port}`;
      expect(requests.urls[0]).to.match(/\/peerjs\/peerjs\/id\?ts=\d{13}0\.\d+(e-\d+)?&version=\d\.\d\.\d$/);
      expect(requests.urls[0]).to.contain(`http://${origin}/`);
      expect(requests.inits[0]?.referrerPolicy).to.equal('strict-origin-when-cross-origin');
      expect(sockets.urls).to.deep.equal([
        `ws://${origin}/peerjs/peerjs?key=peerjs&id=${id}&token=tok&version=1.5.5`,
      ]);
    });

    it('asks for no id where it has one', async () => {
      await create().open(stage.recorder(uniqueId()));
      expect(requests.urls).to.deep.equal([]);
    });

    for (const path of ['peerjs', '/peerjs', 'peerjs/', '/peerjs/']) {
      it(`takes the path "${path}"`, async () => {
        await create({ path }).open(stage.recorder());
        expect(new URL(sockets.urls[0] ?? '').pathname).to.equal('/peerjs/peerjs');
      });
    }

    for (const path of ['', '/']) {
      it(`takes the path "${path}" as the root`, async () => {
        await refusal({ path, openTimeout: 500 });
        expect(new URL(sockets.urls[0] ?? '').pathname).to.equal('/peerjs');
      });
    }

    it('takes an empty port as the default one', async () => {
      await refusal({ port: '', openTimeout: 500 });
      expect(new URL(sockets.urls[0] ?? '').port).to.equal('');
    });

    it('encodes key, id and token', async () => {
      await refusal({ key: 'a&b=c', openTimeout: 2_000 }, 'x&y z');
      const { searchParams } = new URL(sockets.urls[0] ?? '');
      expect([searchParams.get('key'), searchParams.get('id')]).to.deep.equal(['a&b=c', 'x&y z']);
    });

    it('sends messages with the keys in PeerJS\'s order, and no others', async () => {
      const { signaling } = await scripted();
      const message = { dst: uniqueId(), extra: 1, payload: { a: 1 }, type: 'LEAVE' } as const;
      signaling.send(message);
      expect(sockets.sent.at(-1)).to.equal(`{"type":"LEAVE","payload":{"a":1},"dst":"${message.dst}"}`);
    });
  });

  describe('refusals', () => {
    it('says server-error and what to check where the request for an id fails', async () => {
      const error = await refusal({ path: '/error500' }, '');
      expect(error.type).to.equal('server-error');
      expect(error.message).to.contain('/error500/peerjs/id answered with status 500');
      expect(error.message).to.contain('host').and.contain('port').and.contain('path').and.contain('CORS');
      expect(error.message).not.to.contain('?');
      expect(sockets.urls).to.deep.equal([]);
    });

    it('says server-error where there is no server to ask for an id', async () => {
      const error = await refusal({ port: 9 }, '');
      expect(error.type).to.equal('server-error');
      expect(error.cause instanceof TypeError).to.equal(true);
    });

    it('says server-error where the answer is a page, not an id', async () => {
      for (const body of ['<!doctype html><title>App</title>', '', ' \n', '{"a":1}', 'x'.repeat(10_000)]) {
        const error = await refusal({ fetch: async () => new Response(body) }, '');
        expect(error.type).to.equal('server-error');
        expect(error.message).to.contain('did not answer with an id');
      }
    });

    it('says network where the WebSocket is refused', async () => {
      const error = await refusal({ path: '/error500' });
      expect(error.type).to.equal('network');
      expect(error.message).to.match(/\/error500\/peerjs closed before it let us in \(1006\)/);
      expect(error.message).not.to.contain('token');
      expect(error.cause instanceof CloseEvent).to.equal(true);
    });

    it('says network where there is nobody', async () => {
      expect((await refusal({ port: 9 })).type).to.equal('network');
    });

    it('says network where the URL is bad, and keeps what was thrown', async () => {
      const error = await refusal({ host: '[bad' });
      expect(error.type).to.equal('network');
      expect(error.cause instanceof DOMException).to.equal(true);
    });

    it('says network where the constructor throws', async () => {
      class Forbidden {
        constructor() {
          throw new DOMException('mixed content', 'SecurityError');
        }
      }
      const error = await refusal({ WebSocket: Forbidden as unknown as typeof WebSocket });
      expect(error.type).to.equal('network');
      expect(error.message).to.contain('mixed content').and.contain('secure');
    });

    it('says network where the server accepts and stays silent', async () => {
      const error = await refusal({ path: '/silent', openTimeout: 300 });
      expect(error.type).to.equal('network');
      expect(error.message).to.contain('did not answer with OPEN').and.contain('300 ms');
      expect(OPEN_TIMEOUT).to.equal(20_000);
    });

    it('says network where the request for an id is never answered, and ends the request', async () => {
      let aborted = false;
      const never: typeof fetch = (_, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => {
            aborted = true;
            reject(init.signal?.reason);
          });
        });
      const error = await refusal({ fetch: never, openTimeout: 100 }, '');
      expect(error.type).to.equal('network');
      expect(error.message).to.contain('did not answer to the request for an id');
      expect(aborted).to.equal(true);
    });

    it('says server-error, and names the key, where PeerServer knows another key', async () => {
      const error = await refusal({ path: '/wrong-key' });
      expect(error.type).to.equal('server-error');
      expect(error.message).to.contain('Invalid key provided: "peerjs"').and.contain('`key`');
    });

    it('says invalid-key as the cloud does', async () => {
      const error = await refusal({ path: '/invalid-key' });
      expect(error.type).to.equal('invalid-key');
      expect(error.message).to.equal('API KEY "peerjs" is invalid');
    });

    it('says server-error with the server\'s words where the server is full', async () => {
      const error = await refusal({ path: '/full' });
      expect(error.type).to.equal('server-error');
      expect(error.message).to.equal('Server has reached its concurrent user limit');
    });

    it('says server-error where peers are not listed', async () => {
      const error = await rejection(create({ path: '/peerjs-nodiscovery' }).listPeers());
      expect(error.type).to.equal('server-error');
      expect(error.message).to.contain('allow_discovery');
    });

    it('says server-error where the list cannot be had', async () => {
      const bodies = ['{}', '[1]', 'no', '["a",null]'];
      const fetches = bodies.map((body): typeof fetch => async () => new Response(body));
      for (const fetch of fetches) {
        const error = await rejection(create({ fetch }).listPeers());
        expect(error.type).to.equal('server-error');
        expect(error.message).to.contain('did not answer with a list of ids');
      }
      expect((await rejection(create({ path: '/error500' }).listPeers())).type).to.equal('server-error');
      expect((await rejection(create({ port: 9 }).listPeers())).type).to.equal('server-error');
    });

    it('says server-error where the list does not come in time', async () => {
      const fetch: typeof globalThis.fetch = (_, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
        });
      const error = await rejection(create({ fetch, openTimeout: 50 }).listPeers());
      expect(error.type).to.equal('server-error');
      expect(error.message).to.contain('50 ms');
    });
  });

  describe('while open', () => {
    it('sends heartbeats, and none afterwards', async () => {
      const timers = countedTimers();
      try {
        const signaling = create({ pingInterval: 40 });
        await signaling.open(stage.recorder(uniqueId()));
        expect(timers.pending()).to.equal(1);
        await wait(220);
        signaling.close();
        expect(sockets.sent.filter((text) => text === HEARTBEAT).length).to.be.within(3, 7);
        const count = sockets.sent.length;
        await wait(120);
        expect(sockets.sent).to.have.length(count);
        expect([sockets.open(), timers.pending()]).to.deep.equal([0, 0]);
      } finally {
        timers.restore();
      }
    });

    it('reports rubbish and goes on', async () => {
      const { session } = await scripted('/rubbish');
      await session.until(({ faults }) => faults.length === 6);
      expect(new Set(session.faults.map(({ type }) => type))).to.deep.equal(new Set(['socket-error']));
      expect(session.losses).to.deep.equal([]);
      expect(sockets.open()).to.equal(1);
      await wait(50);
      expect(logged.filter(([level]) => level === 2).map(String)).to.deep.equal([
        '2,PeerServer sent a message of an unknown type, WAT',
        '2,PeerServer sent a message of an unknown type, WAT',
      ]);
    });

    const faulty: Record<string, unknown> = {
      'an array': [],
      'a type that is not text': { type: 5 },
      'an OFFER without a sender': { type: 'OFFER', payload: {} },
      'an EXPIRE from nobody': { type: 'EXPIRE', src: '' },
      'a sender that is not text': { type: 'LEAVE', src: { id: 'x' } },
      'a message nested beyond reason': '['.repeat(200_000),
      'a message beyond 4 Mi characters': JSON.stringify({ type: 'OFFER', src: 'x', payload: 'x'.repeat(4 * 1024 * 1024) }),
    };
    for (const [what, data] of Object.entries(faulty)) {
      it(`reports ${what} as socket-error`, async () => {
        const { session, say } = await scripted();
        say(data);
        say({ type: 'OFFER', src: 'next', payload: 1 });
        expect(session.faults.map(({ type }) => type)).to.deep.equal(['socket-error']);
        expect(session.messages).to.deep.equal([{ type: 'OFFER', src: 'next', payload: 1 }]);
      });
    }

    it('reports a binary message as socket-error', async () => {
      const { session, socket } = await scripted();
      socket?.dispatchEvent(new MessageEvent('message', { data: new Blob(['{"type":"OPEN"}']) }));
      expect(session.faults.map(({ type }) => type)).to.deep.equal(['socket-error']);
    });

    it('hands on only type, src and payload', async () => {
      const { session, say } = await scripted();
      say({ type: 'OFFER', src: 'x', dst: 'y', payload: { __proto__: null }, evil: true });
      expect(Object.keys(session.messages[0] ?? {})).to.deep.equal(['type', 'src', 'payload']);
    });

    it('takes a second OPEN for nothing new', async () => {
      const timers = countedTimers();
      try {
        const { say, session } = await scripted();
        const before = timers.pending();
        say({ type: 'OPEN' });
        expect(timers.pending()).to.equal(before);
        expect(session.reports).to.equal(0);
      } finally {
        timers.restore();
      }
    });

    it('is lost with network where the server goes away', async () => {
      const { session, socket, say, signaling } = await scripted();
      socket?.close(4000, 'bye');
      await session.until(({ losses }) => losses.length > 0);
      expect(session.losses.map(({ type }) => type)).to.deep.equal(['network']);
      expect(session.losses[0]?.message).to.match(/ was lost \(\d+/);
      say({ type: 'OFFER', src: 'x', payload: 1 });
      signaling.close();
      session.abort();
      expect(session.reports).to.equal(1);
      expect(await signaling.open(stage.recorder())).to.be.a('string');
    });

    for (const [type, message] of [
      ['server-error', { type: 'ERROR', payload: { msg: 'Enough' } }],
      ['server-error', { type: 'ERROR' }],
      ['unavailable-id', { type: 'ID-TAKEN' }],
      ['invalid-key', { type: 'INVALID-KEY' }],
    ] as const) {
      it(`is lost with ${type} on ${JSON.stringify(message)}`, async () => {
        const timers = countedTimers();
        try {
          const { session, say } = await scripted();
          say(message);
          say(message);
          expect(session.losses.map((error) => error.type)).to.deep.equal([type]);
          expect([sockets.open(), timers.pending()]).to.deep.equal([0, 0]);
        } finally {
          timers.restore();
        }
      });
    }

    it('may be closed by what hears a message', async () => {
      const { session, say, signaling } = await scripted();
      session.message = () => signaling.close();
      say({ type: 'OFFER', src: 'x', payload: 1 });
      expect(sockets.open()).to.equal(0);
      await wait(SILENCE);
      expect(session.losses).to.deep.equal([]);
    });
  });

  it('ends the request for an id when aborted, and connects to nothing', async () => {
    let answer: (response: Response) => void = () => {};
    const fetch: typeof globalThis.fetch = () => new Promise((resolve) => (answer = resolve));
    const session = stage.recorder();
    const opened = rejection(create({ fetch }).open(session));
    session.abort(new Error('enough'));
    expect((await opened).message).to.equal('enough');
    // A fetch that does not listen to its signal answers all the same.
    answer(new Response('some-id'));
    await wait(20);
    expect(sockets.urls).to.deep.equal([]);
  });
});
