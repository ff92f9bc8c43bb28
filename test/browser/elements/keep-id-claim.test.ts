import { expect } from '@open-wc/testing';
import { takeHold, type Hold } from '../../../src/elements/keep-id/exclusive-hold.js';
import { claimId, type ClaimHooks } from '../../../src/elements/keep-id/id-claim.js';
import { ENGINES, cleanPage, opened } from '../../support/elements.js';
import { forgetAll, kept, mountKeeping, page, pageEnds } from '../../support/kept.js';
import { uniqueId } from '../../support/peers.js';

/** Longer than any wait for what another lets go of. */
const PATIENCE = 5_000;
const NEVER = new AbortController().signal;

/** How `takeHold()` finds the browser: with Web Locks, or without, as in an insecure context. */
const WAYS: Record<string, (work: () => Promise<void>) => Promise<void>> = {
  'a Web Lock': (work) => work(),
  'a BroadcastChannel': withoutLocks,
};

async function withoutLocks(work: () => Promise<void>): Promise<void> {
  Object.defineProperty(navigator, 'locks', { configurable: true, value: undefined });
  try {
    await work();
  } finally {
    delete (navigator as { locks?: LockManager }).locks;
  }
}

for (const [way, having] of Object.entries(WAYS)) {
  describe(`a hold by ${way}`, () => {
    const holds: (Hold | undefined)[] = [];
    const take = async (name: string, patience = 0, signal = NEVER): Promise<Hold | undefined> => {
      const hold = await takeHold(name, patience, signal);
      holds.push(hold);
      return hold;
    };
    const fact = (what: string, check: () => Promise<void>): void => void it(what, () => having(check));

    afterEach(() => Promise.all(holds.splice(0).map((hold) => hold?.release())));

    fact('is one at a time', async () => {
      const name = uniqueId();
      expect(await take(name)).to.be.an('object');
      expect(await take(name)).to.equal(undefined);
      expect(await take(uniqueId())).to.be.an('object');
    });

    fact('can be had once it is released', async () => {
      const name = uniqueId();
      await (await take(name))?.release();
      expect(await take(name, PATIENCE)).to.be.an('object');
    });

    fact('is waited for as long as there is patience', async () => {
      const name = uniqueId();
      const first = await take(name);
      const second = take(name, PATIENCE);
      expect(await take(name, 100)).to.equal(undefined);
      void first?.release();
      expect(await second).to.be.an('object');
    });

    fact('is one\'s of two who ask at once', async () => {
      for (let round = 0; round < 5; round++) {
        const name = uniqueId();
        const both = await Promise.all([take(name), take(name)]);
        expect(both.filter(Boolean).length).to.equal(1);
      }
    });

    fact('is not had where the signal aborts', async () => {
      const name = uniqueId();
      await take(name);
      const controller = new AbortController();
      const asking = take(name, PATIENCE, controller.signal);
      controller.abort();
      expect(await asking).to.equal(undefined);
      expect(await take(uniqueId(), 0, controller.signal)).to.equal(undefined);
    });

    fact('can be released twice', async () => {
      const hold = await take(uniqueId());
      await hold?.release();
      await hold?.release();
    });
  });

  describe(`a claim by ${way}`, () => {
    const ends: AbortController[] = [];
    const claim = (name: string, hooks: Partial<ClaimHooks> = {}): { had: Promise<boolean>; end: AbortController } => {
      const end = new AbortController();
      ends.push(end);
      const nothing = (): void => undefined;
      return { had: claimId(name, end.signal, { resumed: nothing, lost: nothing, ...hooks }), end };
    };
    const fact = (what: string, check: () => Promise<void>): void => void it(what, () => having(check));

    afterEach(() => ends.splice(0).forEach((end) => end.abort()));

    fact('is one at a time in a page', async () => {
      const name = uniqueId();
      const [first, second] = [claim(name), claim(name)];
      expect(await Promise.all([first.had, second.had])).to.deep.equal([true, false]);
    });

    fact('passes to the next one in the page, in one task', async () => {
      const name = uniqueId();
      for (let round = 0; round < 3; round++) {
        const { had, end } = claim(name);
        expect(await had).to.equal(true);
        end.abort();
      }
      claim(name).end.abort();
      expect(await claim(name).had).to.equal(true);
    });

    fact('is not had where somebody else has it', async () => {
      const name = uniqueId();
      const hold = await takeHold(name, 0, NEVER);
      expect(await claim(name).had).to.equal(false);
      await hold?.release();
    });

    fact('is paused while the page is hidden, and had back', async () => {
      const name = uniqueId();
      let losses = 0;
      let resume = (): void => undefined;
      const resumed = new Promise<void>((resolve) => (resume = resolve));
      const { had, end } = claim(name, { resumed: resume, lost: () => losses++ });
      await had;
      page('pagehide');
      const hold = await takeHold(name, PATIENCE, NEVER);
      expect(hold).to.be.an('object');
      page('pageshow');
      // The page waits for the one that was shown meanwhile.
      await hold?.release();
      await resumed;
      expect(await takeHold(name, 0, NEVER)).to.equal(undefined);
      end.abort();
      const again = await takeHold(name, PATIENCE, NEVER);
      expect(again).to.be.an('object');
      await again?.release();
      expect(losses).to.equal(0);
    });

    fact('is lost where it is not to be had back', async () => {
      const name = uniqueId();
      let had: Promise<boolean> | undefined;
      const lost = new Promise<void>((resolve) => (had = claim(name, { lost: resolve }).had));
      await had;
      page('pagehide');
      const hold = await takeHold(name, PATIENCE, NEVER);
      page('pageshow');
      await lost;
      await hold?.release();
      expect(await claim(name).had).to.equal(true);
    });
  });
}

describe('a hold by a BroadcastChannel that another asks for at the same time', () => {
  // What a nonce consists of lies between the two.
  for (const [size, nonce, had] of [['larger', '~', true], ['smaller', '!', false]] as const) {
    it(`with a ${size} nonce is ${had ? '' : 'not '}had`, () =>
      withoutLocks(async () => {
        const name = uniqueId();
        const other = new BroadcastChannel('peer-elements:keep-id');
        const objections: string[] = [];
        other.onmessage = ({ data }) => {
          if (data?.name !== name) return;
          if (data.kind === 'claim') other.postMessage({ kind: 'claim', name, nonce });
          else objections.push(data.nonce);
        };
        const hold = await takeHold(name, 0, NEVER);
        expect([hold !== undefined, objections]).to.deep.equal([had, had ? [nonce] : []]);
        await hold?.release();
        other.close();
      }));
  }
});

for (const { name, Engine } of ENGINES) {
  describe(`keep-id without Web Locks, over ${name}`, () => {
    cleanPage();
    afterEach(forgetAll);

    it('keeps the id', () =>
      withoutLocks(async () => {
        const { id } = await pageEnds(await opened(mountKeeping({ engine: Engine })));
        expect((await opened(mountKeeping({ engine: Engine }))).currentId).to.equal(id);
      }));

    it('does not use an id that somebody else claims', () =>
      withoutLocks(async () => {
        const { id, key } = await pageEnds(await opened(mountKeeping({ engine: Engine })));
        const channel = new BroadcastChannel('peer-elements:keep-id');
        channel.onmessage = ({ data }) => {
          if (data.kind === 'claim' && data.name.endsWith(id)) channel.postMessage({ ...data, kind: 'held' });
        };
        for (const rubbish of [null, 1, 'x', {}, { kind: 'held' }, { kind: 'claim', name: 1, nonce: {} }]) channel.postMessage(rubbish);
        const node = await opened(mountKeeping({ engine: Engine }));
        expect(node.currentId).not.to.equal(id);
        expect((await kept(node)).key).to.equal(key);
        channel.close();
      }));
  });
}
