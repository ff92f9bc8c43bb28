import { expect, fixture, html, oneEvent } from '@open-wc/testing';
import '../../../src/define.js';
import type { PeerChannel, PeerNode } from '../../../src/define.js';

describe('elements', () => {
  it('two nodes on a page talk', async () => {
    const config = JSON.stringify({ iceServers: [] });
    const host = await fixture<PeerNode>(html`<peer-node server="/peerjs" config=${config}><peer-channel listen></peer-channel></peer-node>`);
    if (host.state !== 'open') await oneEvent(host, 'peer-open');
    expect(host.channels[0]?.state).to.equal('waiting');
    const guest = await fixture<PeerNode>(html`<peer-node server="/peerjs" config=${config}><peer-channel to=${host.currentId}></peer-channel></peer-node>`);
    await oneEvent(guest, 'channel-open');
    const [channel] = guest.channels as [PeerChannel];
    setTimeout(() => void channel.send('hello'));
    const { data } = await oneEvent(host, 'channel-data');
    expect(data).to.equal('hello');
    expect(guest.outerHTML).to.contain('state="open"');
    console.log(host.outerHTML, guest.outerHTML);
    guest.remove();
    const closed = await oneEvent(host, 'channel-close');
    expect(closed.reason).to.equal('remote');
    await host.updateComplete;
    expect(host.channels[0]?.state).to.equal('waiting');
  });
});
