import { expect } from '@open-wc/testing';

import { pageFaults } from '../../support/faults.js';
import { destroyPeers, once, openPair } from '../../support/peers.js';

describe('closing', () => {
  afterEach(destroyPeers);

  it('with flush delivers everything and ends both sides, though the page\'s stringify cannot write the control', async () => {
    const { call, answer } = await openPair({}, { serialization: 'json' });
    const heard = once(answer, 'data');
    const ended = once(answer, 'close');
    void call.send('last words');
    call.stringify = () => {
      throw new Error('The page stringifies nothing any more.');
    };
    call.close({ flush: true });
    expect(await heard).to.equal('last words');
    expect(await ended).to.equal('remote');
    expect(await call.closed).to.equal('local');
  });

  it('is no error of the connection where the page\'s own listener throws', async () => {
    const faults = pageFaults();
    try {
      const { call, answer } = await openPair();
      const errors: unknown[] = [];
      const fault = new Error('The page trips over the end.');
      answer.on('error', (error) => errors.push(error));
      answer.on('close', () => {
        throw fault;
      });
      call.close({ flush: true });
      expect(await answer.closed).to.equal('remote');
      expect(await call.closed).to.equal('local');
      expect(errors).to.be.empty;
      expect(faults.errors).to.deep.equal([fault]);
    } finally {
      faults.restore();
    }
  });
});
