import { expect } from '@open-wc/testing';

import type { Signaling } from '../../../src/signaling/signaling.js';
import { countedTimers } from './counted.js';
import { rejection, SILENCE, Stage, uniqueId, wait } from './recorder.js';

/** One backend, as the conformance suite needs it. */
export interface Candidate {
  /** A backend; all that come from one candidate meet each other. */
  create(): Signaling;
  /** Sockets, channels, requests or seats in use by all that were created. */
  resources(): number;
  /** Milliseconds within which absence is reported, where it is. */
  readonly absenceLimit: number;
}

/** What every backend keeps, whatever it is made of. */
export function signalingConformance(name: string, prepare: () => Candidate): void {
  describe(`${name} - what every signaling keeps`, () => {
    let candidate: Candidate;
    const stage = new Stage();

    beforeEach(() => {
      candidate = prepare();
    });

    afterEach(() => stage.clear());

    function create(): Signaling {
      return stage.use(candidate.create());
    }

    async function member(id?: string) {
      const signaling = create();
      const session = stage.recorder(id);
      return { signaling, session, id: await signaling.open(session) };
    }

    /** Enters under an id that was given up: a server may see that only a moment later. */
    async function whenFree(id: string): Promise<string> {
      for (;;) {
        try {
          return (await member(id)).id;
        } catch (error) {
          if ((error as { type?: unknown }).type !== 'unavailable-id') throw error;
        }
      }
    }

    it('assigns an id where none is asked for', async () => {
      const [alice, bob] = [await member(), await member()];
      expect(alice.id).to.be.a('string').and.not.equal('');
      expect(bob.id).not.to.equal(alice.id);
    });

    it('assigns an id where an empty one is asked for', async () => {
      expect((await member('')).id).not.to.equal('');
    });

    it('keeps an id that is asked for', async () => {
      const id = uniqueId();
      expect((await member(id)).id).to.equal(id);
    });

    it('keeps an id with characters that have a meaning in URLs', async () => {
      const id = `${uniqueId()} &id=x#é/?%41+`;
      const alice = await member(id);
      const bob = await member();
      expect(alice.id).to.equal(id);
      bob.signaling.send({ type: 'OFFER', dst: id, payload: 1 });
      await alice.session.until(({ messages }) => messages.length === 1);
    });

    it('refuses an id that somebody has, and leaves nothing open', async () => {
      const alice = await member(uniqueId());
      const before = candidate.resources();
      const error = await rejection(create().open(stage.recorder(alice.id)));
      expect(error.type).to.equal('unavailable-id');
      expect(error.message).to.equal(`ID "${alice.id}" is taken`);
      expect(candidate.resources()).to.equal(before);
      expect(alice.session.reports).to.equal(0);
    });

    it('delivers both ways, in the shape promised', async () => {
      const [alice, bob] = [await member(), await member()];
      alice.signaling.send({ type: 'OFFER', dst: bob.id, payload: { sdp: { type: 'offer', sdp: 'v=0' }, label: 'ä🙂' } });
      await bob.session.until(({ messages }) => messages.length === 1);
      expect(bob.session.messages).to.deep.equal([
        { type: 'OFFER', src: alice.id, payload: { sdp: { type: 'offer', sdp: 'v=0' }, label: 'ä🙂' } },
      ]);
      bob.signaling.send({ type: 'ANSWER', dst: alice.id, payload: { list: [1, null, true] } });
      bob.signaling.send({ type: 'LEAVE', dst: alice.id, payload: null });
      await alice.session.until(({ messages }) => messages.length === 2);
      expect(alice.session.messages).to.deep.equal([
        { type: 'ANSWER', src: bob.id, payload: { list: [1, null, true] } },
        { type: 'LEAVE', src: bob.id, payload: null },
      ]);
      expect(alice.session.faults.concat(bob.session.faults)).to.deep.equal([]);
    });

    it('delivers payloads as JSON would', async () => {
      const [alice, bob] = [await member(), await member()];
      const payload = { gone: undefined, date: new Date(0), toJSON: undefined, nested: { toJSON: () => 'plain' } };
      alice.signaling.send({ type: 'OFFER', dst: bob.id, payload });
      await bob.session.until(({ messages }) => messages.length === 1);
      expect(bob.session.messages[0]?.payload).to.deep.equal({ date: '1970-01-01T00:00:00.000Z', nested: 'plain' });
    });

    it('drops what is not JSON data, without a throw', async () => {
      const [alice, bob] = [await member(), await member()];
      const cycle: { self?: unknown } = {};
      cycle.self = cycle;
      alice.signaling.send({ type: 'OFFER', dst: bob.id, payload: cycle });
      alice.signaling.send({ type: 'OFFER', dst: bob.id, payload: 1n });
      alice.signaling.send({ type: 'OFFER', dst: bob.id, payload: 'good' });
      await bob.session.until(({ messages }) => messages.length === 1);
      expect(bob.session.messages[0]?.payload).to.equal('good');
    });

    it('loops back what is sent to the own id, later', async () => {
      const alice = await member();
      alice.signaling.send({ type: 'OFFER', dst: alice.id, payload: { x: 1 } });
      expect(alice.session.messages).to.deep.equal([]);
      await alice.session.until(({ messages }) => messages.length === 1);
      expect(alice.session.messages).to.deep.equal([{ type: 'OFFER', src: alice.id, payload: { x: 1 } }]);
    });

    it('carries what the trait says, or drops it', async () => {
      const [alice, bob] = [await member(), await member()];
      const { maxMessageSize, trickle } = alice.signaling.traits;
      const size = Math.min(maxMessageSize - 200, 1024 * 1024);
      alice.signaling.send({ type: 'OFFER', dst: bob.id, payload: 'x'.repeat(size) });
      if (trickle) alice.signaling.send({ type: 'CANDIDATE', dst: bob.id, payload: 'candidate' });
      const count = trickle ? 2 : 1;
      await bob.session.until(({ messages }) => messages.length === count);
      expect(bob.session.messages[0]?.payload).to.have.length(size);
    });

    it('drops what is sent before and after the session, without a throw', async () => {
      const bob = await member();
      const signaling = create();
      const message = { type: 'OFFER', dst: bob.id, payload: 1 } as const;
      signaling.send(message);
      const opened = signaling.open(stage.recorder());
      signaling.send(message);
      await opened;
      signaling.close();
      signaling.send(message);
      await wait(SILENCE);
      expect(bob.session.reports).to.equal(0);
    });

    it('reports an absent id once, where the trait says so', async function () {
      const alice = await member();
      if (!alice.signaling.traits.reportsAbsence) return this.skip();
      this.timeout(candidate.absenceLimit + 5_000);
      const nobody = uniqueId('nobody');
      alice.signaling.send({ type: 'OFFER', dst: nobody, payload: 1 });
      if (alice.signaling.traits.trickle) alice.signaling.send({ type: 'CANDIDATE', dst: nobody, payload: 2 });
      await alice.session.until(({ messages }) => messages.length > 0);
      await wait(SILENCE);
      expect(alice.session.messages).to.deep.equal([{ type: 'EXPIRE', src: nobody, payload: undefined }]);
    });

    it('keeps messages for who is just arriving, where it reports absence', async function () {
      const alice = await member();
      if (!alice.signaling.traits.reportsAbsence) return this.skip();
      const id = uniqueId('late');
      alice.signaling.send({ type: 'OFFER', dst: id, payload: 1 });
      alice.signaling.send({ type: 'CANDIDATE', dst: id, payload: 2 });
      await wait(50);
      const late = await member(id);
      await late.session.until(({ messages }) => messages.length >= 2);
      expect(late.session.messages.map(({ type }) => type)).to.deep.equal(['OFFER', 'CANDIDATE']);
    });

    it('lists who is here, where it can', async function () {
      const [alice, bob] = [await member(), await member()];
      if (!alice.signaling.listPeers) return this.skip();
      expect(await alice.signaling.listPeers()).to.include.members([alice.id, bob.id]);
      const outsider = create();
      expect(await outsider.listPeers?.()).to.include.members([alice.id, bob.id]);
      bob.signaling.close();
      await wait(SILENCE);
      expect(await alice.signaling.listPeers()).to.include(alice.id).and.not.include(bob.id);
    });

    it('ends a list that is no longer wanted', async function () {
      const alice = await member();
      if (!alice.signaling.listPeers) return this.skip();
      const before = candidate.resources();
      const reason = new Error('no longer wanted');
      expect(await rejection(alice.signaling.listPeers({ signal: AbortSignal.abort(reason) }))).to.equal(reason);
      const controller = new AbortController();
      const list = rejection(alice.signaling.listPeers({ signal: controller.signal }));
      controller.abort(reason);
      expect(await list).to.equal(reason);
      expect(candidate.resources()).to.equal(before);
      const closed = rejection(alice.signaling.listPeers());
      alice.signaling.close();
      expect((await closed).name).to.equal('AbortError');
      expect(candidate.resources()).to.equal(0);
    });

    it('opens nothing for a session that is aborted already', async () => {
      const session = stage.recorder(uniqueId());
      const reason = new Error('too late');
      session.abort(reason);
      const timers = countedTimers();
      try {
        expect(await rejection(create().open(session))).to.equal(reason);
        expect([candidate.resources(), timers.pending()]).to.deep.equal([0, 0]);
      } finally {
        timers.restore();
      }
    });

    for (const delay of [0, 1, 5, 20]) {
      for (const asked of [true, false]) {
        it(`leaves nothing when aborted ${delay} ms into open(), ${asked ? 'with' : 'without'} an id`, async () => {
          const session = stage.recorder(asked ? uniqueId() : undefined);
          const reason = new Error('changed my mind');
          const signaling = create();
          const timers = countedTimers();
          try {
            const opened = signaling.open(session);
            const outcome = opened.catch((error: unknown) => error);
            if (delay > 0) await wait(delay);
            session.abort(reason);
            // It may have opened before: both are right, and both leave nothing.
            if (delay === 0) expect(await outcome).to.equal(reason);
            else expect(await outcome).to.satisfy((value: unknown) => value === reason || typeof value === 'string');
            expect([candidate.resources(), timers.pending()]).to.deep.equal([0, 0]);
          } finally {
            timers.restore();
          }
          await wait(SILENCE);
          expect(candidate.resources()).to.equal(0);
          expect(session.reports).to.equal(0);
          if (session.id) expect(await whenFree(session.id)).to.equal(session.id);
        });
      }
    }

    it('leaves nothing when the session is aborted while open', async () => {
      const timers = countedTimers();
      try {
        const alice = await member();
        alice.signaling.send({ type: 'OFFER', dst: uniqueId('nobody'), payload: 1 });
        expect(candidate.resources()).to.be.above(0);
        alice.session.abort();
        expect(candidate.resources()).to.equal(0);
        // What the exchange itself still carries is not the member's.
        if (alice.signaling.traits.reportsAbsence) expect(timers.pending()).to.equal(0);
        await wait(SILENCE);
        expect(alice.session.reports).to.equal(0);
      } finally {
        timers.restore();
      }
    });

    it('closes silently, and as often as one likes', async () => {
      create().close();
      const alice = await member();
      alice.signaling.close();
      expect(candidate.resources()).to.equal(0);
      alice.signaling.close();
      alice.session.abort();
      await wait(SILENCE);
      expect(alice.session.reports).to.equal(0);
    });

    it('rejects a pending open() when it is closed', async () => {
      const signaling = create();
      const opened = rejection(signaling.open(stage.recorder()));
      signaling.close();
      expect((await opened).name).to.equal('AbortError');
      expect(candidate.resources()).to.equal(0);
    });

    it('delivers nothing after close()', async () => {
      const [alice, bob] = [await member(), await member()];
      alice.signaling.send({ type: 'OFFER', dst: bob.id, payload: 1 });
      bob.signaling.send({ type: 'OFFER', dst: bob.id, payload: 1 });
      bob.signaling.close();
      await wait(SILENCE);
      expect(bob.session.reports).to.equal(0);
    });

    it('can be opened again, with the same id', async () => {
      const [alice, bob] = [await member(uniqueId()), await member()];
      alice.signaling.close();
      await wait(SILENCE);
      const again = stage.recorder(alice.id);
      expect(await alice.signaling.open(again)).to.equal(alice.id);
      bob.signaling.send({ type: 'OFFER', dst: alice.id, payload: 'again' });
      await again.until(({ messages }) => messages.length === 1);
      expect(alice.session.reports).to.equal(0);
    });

    it('can be opened after a refusal', async () => {
      const alice = await member(uniqueId());
      const signaling = create();
      await rejection(signaling.open(stage.recorder(alice.id)));
      expect(await signaling.open(stage.recorder())).to.be.a('string');
    });

    it('ends the last session when it is opened once more', async () => {
      const signaling = create();
      const [first, second] = [stage.recorder(uniqueId()), stage.recorder(uniqueId())];
      await signaling.open(first);
      const opened = signaling.open(second);
      first.abort();
      expect(await opened).to.equal(second.id);
      expect(candidate.resources()).to.equal(1);
      expect(first.reports).to.equal(0);
    });
  });
}
