import { expect } from '@open-wc/testing';

import type { DataConnection } from '../../../src/engine/index.js';
import { destroyPeers, makePeer, once, SERVER, uniqueId } from '../../support/peers.js';

describe('a remote that vanishes without a word', () => {
  afterEach(destroyPeers);

  it('ends the connection, whose state PeerJS would leave as it was', async function () {
    this.timeout(60_000);
    const alice = makePeer(uniqueId('alice'));
    await once(alice, 'open');
    const incoming = once<DataConnection>(alice, 'connection');
    const frame = document.createElement('iframe');
    frame.srcdoc = `<script type="module">
      import { Peer } from '/src/engine/index.ts';
      new Peer(${JSON.stringify(SERVER)}).connect('${alice.id ?? ''}');
    </script>`;
    document.body.append(frame);
    const connection = await incoming;
    await connection.opened;
    frame.remove();
    expect(await connection.closed).to.be.oneOf(['remote', 'failed', 'unavailable']);
    expect(connection.open).to.be.false;
  });
});
