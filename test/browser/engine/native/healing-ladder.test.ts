import { expect } from '@open-wc/testing';

import type { PeerError } from '../../../../src/errors.js';
import { Healing, type HealingHost } from '../../../../src/engine/native/healing.js';
import type { HealingSignal, HealingStep } from '../../../../src/engine/native/healing-signals.js';
import type { Transport } from '../../../../src/engine/transport.js';

const KEEPALIVE = 3_500;
const FINGERPRINT = 'a=fingerprint:sha-256 AA:BB\r\n';

/** A link that does nothing, says what is asked of it, and has a clock of its own. */
class Bench {
  readonly said: string[] = [];
  readonly healing: Healing;
  readonly #now = performance.now;
  #clock = 1_000;
  associated = true;
  transports = 0;
  readonly link: Transport;

  constructor({ preferred = true, resumeTimeout = 30_000, capable = true } = {}) {
    performance.now = () => this.#clock;
    this.link = this.#transport('link');
    const host = {
      ...{ remoteId: 'bob', fingerprint: 'sha-256 AA:BB', resumeTimeout, capable, preferred, side: 'caller' as const, transport: () => this.link },
      associated: () => this.associated,
      ping: () => undefined,
      say: ({ type }: { type: string }, { generation, step }: HealingStep) => this.said.push(`${type} ${step} ${generation}`),
      prepare: () => this.#transport(`new ${++this.transports}`),
      discard: () => this.said.push('discard'),
      adopt: () => this.said.push('adopt'),
      interrupted: () => this.said.push('interrupted'),
      resumed: (by: string) => this.said.push(`resumed ${by}`),
      over: (reason: string, error?: PeerError) => {
        this.said.push(`over ${reason}${error ? ` ${error.type}` : ''}`);
        this.healing.end();
      },
    };
    this.healing = new Healing(host as unknown as HealingHost, KEEPALIVE);
  }

  restore(): void {
    performance.now = this.#now;
  }

  /** Lets time pass; whoever ticks does so each second, and `each` is called before. */
  pass(seconds: number, each: () => void = () => undefined): void {
    for (let second = 0; second < seconds; second++) {
      this.#clock += 1_000;
      each();
      this.healing.tick(this.#clock);
    }
  }

  /** What has been said since. */
  take(): string[] {
    return this.said.splice(0);
  }

  offer(generation: number, step: HealingStep['step'] = 'resume', fingerprint = FINGERPRINT): HealingSignal {
    return { healing: { generation, step, side: 'callee' }, content: { type: 'OFFER', sdp: { type: 'offer', sdp: fingerprint } } };
  }

  answer(generation: number, step: HealingStep['step'] = 'resume'): HealingSignal {
    return { healing: { generation, step, side: 'callee' }, content: { type: 'ANSWER', sdp: { type: 'answer', sdp: FINGERPRINT } } };
  }

  #transport(name: string): Transport {
    return {
      ...{ alive: true, closed: false, remoteSdp: FINGERPRINT, localDescription: { type: 'offer', sdp: FINGERPRINT } },
      restart: () => this.said.push(`${name} restarts`),
      offer: () => this.said.push(`${name} offers`),
      answer: () => this.said.push(`${name} answers`),
      accept: () => this.said.push(`${name} accepts`),
      addCandidate: () => this.said.push(`${name} takes a candidate`),
      close: () => this.said.push(`${name} closes`),
    } as unknown as Transport;
  }
}

describe('healing', () => {
  let bench: Bench;
  afterEach(() => bench.restore());

  it('counts a remote as silent after twice the keepalive, and closes nothing for a minute while ICE is connected', () => {
    bench = new Bench();
    bench.pass(6);
    expect(bench.take()).to.deep.equal([]);
    bench.pass(1);
    expect(bench.take()).to.deep.equal(['interrupted']);
    bench.pass(52);
    expect(bench.take()).to.deep.equal([]);
    bench.pass(1);
    expect(bench.take()).to.deep.equal(['over failed negotiation-failed']);
  });

  it('is back as soon as the remote answers, and not when it merely asks', () => {
    bench = new Bench();
    bench.pass(8);
    bench.healing.heard(false);
    expect(bench.take()).to.deep.equal(['interrupted']);
    bench.healing.heard(true);
    expect(bench.take()).to.deep.equal(['resumed ice']);
  });

  it('takes no offence at its own page having slept', () => {
    bench = new Bench();
    bench.pass(1);
    const asleep = performance.now() + 600_000;
    performance.now = () => asleep;
    bench.healing.tick(asleep);
    expect(bench.take()).to.deep.equal([]);
  });

  it('restarts ICE where the path was lost a moment ago, and sends its offer again until it is answered', () => {
    bench = new Bench();
    bench.healing.iceState('disconnected');
    bench.pass(1);
    expect(bench.take()).to.deep.equal(['interrupted', 'link restarts']);
    bench.pass(4);
    expect(bench.take()).to.deep.equal(['OFFER restart 1', 'OFFER restart 1']);
    bench.healing.receive(bench.answer(1, 'restart'));
    expect(bench.take()).to.deep.equal(['link accepts']);
    bench.healing.heard(true);
    expect(bench.take()).to.deep.equal(['resumed restart']);
  });

  it('goes over to a new link where a restart was answered and brings nothing', () => {
    bench = new Bench();
    bench.healing.iceState('disconnected');
    bench.pass(1);
    bench.healing.receive(bench.answer(1, 'restart'));
    bench.take();
    bench.pass(5);
    expect(bench.take()).to.deep.equal(['new 1 offers']);
  });

  it('begins anew with other candidates after eight seconds without an answer, and ends at its limit', () => {
    bench = new Bench();
    bench.associated = false;
    bench.healing.lost();
    expect(bench.take()).to.deep.equal(['interrupted', 'new 1 offers']);
    bench.pass(8);
    expect(bench.take()).to.deep.equal(['OFFER resume 1', 'OFFER resume 1', 'OFFER resume 1', 'discard', 'new 2 offers']);
    bench.pass(21);
    bench.take();
    bench.pass(1);
    expect(bench.take()).to.include('over failed negotiation-failed');
  });

  it('tries no restart after twelve seconds of silence', () => {
    bench = new Bench({ preferred: false });
    bench.pass(11);
    bench.take();
    bench.healing.iceState('disconnected');
    bench.pass(3);
    expect(bench.take()).to.deep.equal(['new 1 offers', 'OFFER resume 1']);
  });

  it('leaves the first attempt to the side that is preferred', () => {
    bench = new Bench({ preferred: false });
    bench.healing.iceState('disconnected');
    bench.pass(2);
    expect(bench.take()).to.deep.equal(['interrupted']);
    bench.pass(1);
    expect(bench.take()).to.deep.equal(['link restarts']);
  });

  for (const preferred of [true, false]) {
    it(`of two offers that cross, keeps ${preferred ? 'its own' : 'the other side’s'} where it is ${preferred ? '' : 'not '}preferred`, () => {
      bench = new Bench({ preferred });
      bench.healing.iceState('failed');
      bench.pass(3);
      bench.take();
      bench.healing.receive(bench.offer(1, 'restart'));
      expect(bench.take()).to.deep.equal(preferred ? [] : ['link answers']);
    });
  }

  it('ignores an offer of a lower generation, and takes one of a higher', () => {
    bench = new Bench();
    bench.associated = false;
    bench.healing.lost();
    bench.take();
    bench.healing.receive(bench.offer(3));
    expect(bench.take()).to.deep.equal(['discard', 'new 2 answers']);
    bench.healing.receive(bench.offer(2));
    expect(bench.take()).to.deep.equal([]);
  });

  it('doubts an offer while nothing is wrong here: it answers only where the remote does not', () => {
    bench = new Bench();
    bench.healing.receive(bench.offer(1));
    expect(bench.take()).to.deep.equal([]);
    bench.healing.heard(true);
    bench.pass(2);
    expect(bench.take()).to.deep.equal([]);
    bench.healing.receive(bench.offer(1));
    bench.pass(1);
    expect(bench.take()).to.deep.equal(['interrupted', 'new 1 answers']);
  });

  it('keeps candidates that come before their offer', () => {
    bench = new Bench();
    bench.associated = false;
    bench.healing.receive({ healing: { generation: 1, step: 'resume', side: 'callee' }, content: { type: 'CANDIDATE', candidate: {} } });
    bench.healing.receive(bench.offer(1));
    expect(bench.take()).to.deep.equal(['interrupted', 'new 1 answers', 'new 1 takes a candidate']);
  });

  it('lets nobody in with another fingerprint, with several, or with none', () => {
    bench = new Bench();
    bench.associated = false;
    for (const sdp of ['a=fingerprint:sha-256 CC:DD\r\n', `${FINGERPRINT}a=fingerprint:sha-256 CC:DD\r\n`, '']) {
      expect(() => bench.healing.receive(bench.offer(1, 'resume', sdp))).to.throw().with.property('type', 'bad-signal');
    }
    expect(bench.take()).to.deep.equal([]);
  });

  it('believes that nobody has the id any more when it is told twice, five seconds apart, of a lost path', () => {
    bench = new Bench();
    bench.healing.absent();
    bench.healing.iceState('disconnected');
    bench.healing.absent();
    bench.pass(4);
    bench.healing.absent();
    expect(bench.take().filter((said) => said.startsWith('over'))).to.deep.equal([]);
    bench.pass(1);
    bench.healing.absent();
    expect(bench.take()).to.include('over unavailable peer-unavailable');
  });

  it('makes no offer to a page that is put aside, and waits for it', () => {
    bench = new Bench();
    bench.healing.pause();
    bench.pass(6, () => bench.healing.absent());
    expect(bench.take()).to.deep.equal(['interrupted']);
    bench.healing.receive(bench.offer(1));
    expect(bench.take()).to.deep.equal(['new 1 answers']);
  });

  it('ends as replaced where another page calls under the id and nothing is heard of this one', () => {
    bench = new Bench();
    bench.healing.challenge();
    bench.pass(2);
    expect(bench.take()).to.deep.equal([]);
    bench.pass(1);
    expect(bench.take()).to.deep.equal(['over replaced']);
  });

  it('leaves a remote that cannot heal to ICE, for ten seconds', () => {
    bench = new Bench({ capable: false });
    bench.healing.iceState('disconnected');
    bench.pass(9);
    expect(bench.take()).to.deep.equal(['interrupted']);
    bench.pass(1);
    expect(bench.take()).to.deep.equal(['over failed negotiation-failed']);
  });
});
