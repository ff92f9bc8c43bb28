import { expect } from '@open-wc/testing';

import { Heartbeat } from '../../../src/signaling/heartbeat.js';
import { countedTimers } from './counted.js';
import { wait } from './recorder.js';

const INTERVAL = 50;

/** What stands in for the page's Worker, until `restore()`. */
function withWorker(Worker: unknown): { restore(): void } {
  const original = globalThis.Worker;
  Object.assign(globalThis, { Worker });
  return { restore: () => Object.assign(globalThis, { Worker: original }) };
}

/** The real Worker, and how many there are. */
function countedWorkers(): { open(): number; made(): number; restore(): void } {
  let [made, open] = [0, 0];
  const { restore } = withWorker(
    class extends Worker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        made++;
        open++;
      }

      override terminate(): void {
        open--;
        super.terminate();
      }
    },
  );
  return { open: () => open, made: () => made, restore };
}

/** A heartbeat, and a promise for each number of beats. */
function beating(interval = INTERVAL): { heartbeat: Heartbeat; count(): number; beats(count: number): Promise<void> } {
  let count = 0;
  let changed = (): void => undefined;
  const heartbeat = new Heartbeat(interval, () => {
    count++;
    changed();
  });
  return {
    heartbeat,
    count: () => count,
    async beats(wanted) {
      while (count < wanted) await new Promise<void>((resolve) => (changed = resolve));
    },
  };
}

/** From now on no timer of the page runs out, as in one that is hidden. */
function frozenTimers(): { restore(): void } {
  const { setTimeout, setInterval } = globalThis;
  Object.assign(globalThis, { setTimeout: () => 0, setInterval: () => 0 });
  return { restore: () => Object.assign(globalThis, { setTimeout, setInterval }) };
}

/** From now on the page says that it is hidden, or that it is not. */
function pageIs(visibilityState: DocumentVisibilityState): void {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => visibilityState });
}

describe('a heartbeat', () => {
  beforeEach(() => pageIs('hidden'));
  afterEach(() => delete (document as { visibilityState?: DocumentVisibilityState }).visibilityState);

  it('makes no worker before its first beat', () => {
    const workers = countedWorkers();
    const { heartbeat } = beating();
    expect(workers.made()).to.equal(0);
    heartbeat.stop();
    workers.restore();
  });

  it('makes none while the page is seen, and one when it is hidden', async () => {
    pageIs('visible');
    const workers = countedWorkers();
    const { heartbeat, beats } = beating();
    await beats(3);
    expect(workers.made()).to.equal(0);
    pageIs('hidden');
    await beats(5);
    expect(workers.made()).to.equal(1);
    heartbeat.stop();
    workers.restore();
  });

  it('goes on where the timers of the page stand still', async () => {
    const { heartbeat, beats } = beating();
    await beats(1);
    const frozen = frozenTimers();
    try {
      await beats(4);
    } finally {
      frozen.restore();
      heartbeat.stop();
    }
  });

  it('shares one worker with others, which ends with the last of them', async () => {
    const workers = countedWorkers();
    try {
      const [first, second] = [beating(), beating(30)];
      await Promise.all([first.beats(3), second.beats(3)]);
      expect([workers.made(), workers.open()]).to.deep.equal([1, 1]);
      first.heartbeat.stop();
      first.heartbeat.stop();
      expect(workers.open()).to.equal(1);
      await second.beats(second.count() + 2);
      second.heartbeat.stop();
      expect(workers.open()).to.equal(0);
      const third = beating();
      await third.beats(2);
      expect([workers.made(), workers.open()]).to.deep.equal([2, 1]);
      third.heartbeat.stop();
      expect(workers.open()).to.equal(0);
    } finally {
      workers.restore();
    }
  });

  it('beats no more, and leaves no timer, once it is stopped', async () => {
    const timers = countedTimers();
    try {
      const { heartbeat, beats, count } = beating();
      await beats(2);
      heartbeat.stop();
      expect(timers.pending()).to.equal(0);
      const before = count();
      await wait(4 * INTERVAL);
      expect(count()).to.equal(before);
    } finally {
      timers.restore();
    }
  });

  it('may be stopped by its first beat', async () => {
    const workers = countedWorkers();
    const timers = countedTimers();
    try {
      await new Promise<void>((resolve) => {
        const heartbeat = new Heartbeat(INTERVAL, () => {
          heartbeat.stop();
          resolve();
        });
      });
      await Promise.resolve();
      expect([workers.made(), timers.pending()]).to.deep.equal([0, 0]);
    } finally {
      timers.restore();
      workers.restore();
    }
  });

  it('makes up for no beats that were missed while the page was held up', async () => {
    const { heartbeat, beats, count } = beating();
    await beats(2);
    const before = count();
    const until = performance.now() + 10 * INTERVAL;
    while (performance.now() < until);
    await wait(INTERVAL / 2);
    heartbeat.stop();
    expect(count() - before).to.be.at.most(2);
  });

  /** Pages that have no worker for us: what their markup begins with. A clock that failed in one page is no other's. */
  const PAGES: Record<string, string> = {
    'where there are no workers': '<script>window.Worker = undefined</script>',
    'where the policy forbids workers': `<meta http-equiv="Content-Security-Policy" content="worker-src 'none'">`,
    'where the policy wants trusted types': `<meta http-equiv="Content-Security-Policy" content="require-trusted-types-for 'script'">`,
    'where the worker does not tick': '<script>window.Worker = class { postMessage() {} terminate() {} }</script>',
  };
  for (const [where, markup] of Object.entries(PAGES)) {
    it(`goes on by the page's timer ${where}`, async () => {
      const frame = document.createElement('iframe');
      frame.srcdoc = `<!doctype html>${markup}<script type="module">
        import { Heartbeat } from '/src/signaling/heartbeat.ts';
        let beats = 0;
        const faults = [];
        onerror = (message) => void faults.push(message);
        const heartbeat = new Heartbeat(${INTERVAL}, () => {
          if (++beats < 5) return;
          heartbeat.stop();
          parent.postMessage(faults, '*');
        });
      </script>`;
      const faults = new Promise((resolve) => {
        addEventListener('message', ({ source, data }) => source === frame.contentWindow && resolve(data));
      });
      document.body.append(frame);
      expect(await faults).to.deep.equal([]);
      frame.remove();
    });
  }
});
