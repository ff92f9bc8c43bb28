/**
 * The same app in each framework, made of the package as it would be published: settings and objects bound, events listened
 * to, connections taken into a keyed list.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { launch } from '../support/pages.mjs';
import { FRAMEWORKS } from './apps.mjs';
import { Rooms } from './rooms.mjs';

/**
 * @param {keyof typeof import('../support/pages.mjs').BROWSERS} browserName
 * @param {'development' | 'production'} mode the build
 */
export function describeApps(browserName, mode) {
  describe(`the ${mode} builds in ${browserName}`, () => {
    let browser, rooms;
    before(async () => {
      rooms = await Rooms.start();
      browser = await launch(browserName);
    });
    afterEach(() => rooms.everybodyLeaves());
    after(async () => {
      await browser.close();
      await rooms.close();
    });

    for (const framework of FRAMEWORKS) {
      const path = `/${mode}/${framework}/index.html`;
      const host = () => rooms.open(browser, path);
      const guest = (to, name) => rooms.open(browser, `${path}?${new URLSearchParams({ to, name })}`);

      it(`${framework}: words go both ways, also through new renders and a reordered list`, async () => {
        const hub = await host();
        const id = await hub.id();
        const ann = await guest(id, 'Ann');
        await hub.lines('events', 1);
        const bea = await guest(id, 'Bea');
        const [annId, beaId] = [await ann.id(), await bea.id()];
        assert.deepEqual(await hub.lines('events', 2), [`open ${annId}`, `open ${beaId}`]);
        assert.deepEqual(await hub.lines('guests', 2), ['Ann 0', 'Bea 0']);
        // What was mounted twice has one peer.
        await rooms.hasPeers(id, annId, beaId);
        const metadata = await hub.evaluate(() => {
          return [...document.querySelectorAll('#guests peer-channel')].map(({ connection }) => connection.metadata);
        });
        assert.deepEqual(metadata, [{ name: 'Ann', at: [1, 2] }, { name: 'Bea', at: [1, 2] }]);
        await Promise.all([ann.reads('call-state', 'open'), bea.reads('call-state', 'open')]);

        await hub.says('one');
        await ann.lines('log', 1);
        await ann.says('two');
        await hub.lines('log', 1);
        await Promise.all([hub, ann, bea].map((room) => room.press('count')));
        await Promise.all([hub, ann, bea].map((room) => room.reads('count', '1')));
        await hub.press('reverse');
        await hub.until(() => document.querySelector('#guests > li')?.textContent.includes('Bea'));
        assert.deepEqual(await hub.lines('guests', 2), ['Bea 1', 'Ann 1']);

        await hub.says('three');
        await bea.lines('log', 2);
        await bea.says('four');
        await hub.lines('log', 2);
        await ann.says('five');
        assert.deepEqual(await hub.lines('log', 3), [`${annId}: two`, `${beaId}: four`, `${annId}: five`]);
        assert.deepEqual(await ann.lines('log', 2), [`${id}: one`, `${id}: three`]);
        assert.deepEqual(await bea.lines('log', 2), [`${id}: one`, `${id}: three`]);
        assert.deepEqual(await hub.lines('events', 2), [`open ${annId}`, `open ${beaId}`]);
        assert.deepEqual(await ann.lines('events', 1), [`open ${id}`]);
      });

      it(`${framework}: a channel calls when it is rendered, follows what is bound, and hangs up when it is not`, async () => {
        const [first, second] = await Promise.all([host(), host()]);
        const [one, two] = await Promise.all([first.id(), second.id()]);
        const ann = await guest(one, 'Ann');
        const me = await ann.id();
        await ann.reads('call-state', 'open');
        assert.deepEqual(await first.lines('events', 1), [`open ${me}`]);
        await ann.press('calling');
        assert.deepEqual(await first.lines('events', 2), [`open ${me}`, `close ${me}`]);
        await first.lines('guests', 0);

        await ann.types('name', 'Anna');
        await ann.press('calling');
        await first.lines('events', 3);
        assert.deepEqual(await first.lines('guests', 1), ['Anna 0']);

        await ann.types('to', two);
        await second.lines('events', 1);
        assert.deepEqual(await second.lines('guests', 1), ['Anna 0']);
        assert.deepEqual(await first.lines('events', 4), [`open ${me}`, `close ${me}`, `open ${me}`, `close ${me}`]);
        await first.lines('guests', 0);

        assert.equal(await ann.outgoing('retry'), false);
        await ann.press('retry');
        await ann.types('max', '5000');
        await ann.types('label', 'chat');
        // Another label is another call.
        await second.lines('events', 3);
        const names = ['retry', 'maxBytes', 'label'];
        const settings = () => Promise.all(names.map((name) => ann.outgoing(name)));
        assert.deepEqual(await settings(), [true, 5000, 'chat']);
        assert.equal(await second.evaluate(() => document.querySelector('#guests peer-channel').connection.label), 'chat');
        await ann.press('retry');
        await ann.types('max', '');
        await ann.types('label', '');
        await second.lines('events', 5);
        const keepsId = () => ann.evaluate(() => document.querySelector('peer-node').keepId);
        assert.equal(await keepsId(), false);
        for (const keeps of [true, false]) {
          await ann.press('keep');
          await ann.until((keeps) => document.querySelector('peer-node').keepId === keeps, keeps);
        }

        const [retry, ...others] = await settings();
        assert.equal(retry, false);
        // Absent, whichever way the framework says so: the next call has the default.
        assert.ok(others.every((value) => value == null || value === ''), JSON.stringify(others));
        await ann.reads('call-state', 'open');
        await ann.says('still here');
        assert.deepEqual(await second.lines('log', 1), [`${me}: still here`]);
      });

      it(`${framework}: what is unmounted leaves nothing behind, and can be mounted again`, async () => {
        const hub = await host();
        const id = await hub.id();
        const ann = await guest(id, 'Ann');
        const annId = await ann.id();
        await Promise.all([ann.reads('call-state', 'open'), hub.lines('events', 1)]);
        assert.equal(await hub.liveConnections(), 1);
        await hub.evaluate(() => {
          window.nodeEvents = [];
          const told = ({ type }) => window.nodeEvents.push(type);
          for (const type of ['peer-state', 'peer-connection', 'channel-data', 'channel-close', 'peer-close']) {
            document.querySelector('peer-node').addEventListener(type, told);
          }
        });
        await hub.press('open');
        assert.deepEqual(await ann.lines('events', 2), [`open ${id}`, `close ${id}`]);
        await rooms.hasPeers(annId);
        assert.equal(await hub.liveConnections(), 0);
        const told = await hub.evaluate(() => window.nodeEvents);
        assert.equal(told.at(-1), 'peer-close');

        await ann.press('calling');
        await ann.press('calling');
        const error = await ann.until(() => document.querySelector('#outgoing[state=closed]')?.getAttribute('error'));
        assert.equal(error, 'peer-unavailable');
        assert.deepEqual(await hub.evaluate(() => window.nodeEvents), told);

        await hub.press('open');
        const next = await hub.id();
        assert.notEqual(next, id);
        await ann.types('to', next);
        assert.deepEqual(await hub.lines('events', 1), [`open ${annId}`]);
        await rooms.hasPeers(next, annId);
        await ann.reads('call-state', 'open');
        await ann.says('again');
        assert.deepEqual(await hub.lines('log', 1), [`${annId}: again`]);
        assert.equal(await hub.liveConnections(), 1);
      });

      it(`${framework}: a Peer and its connections work inside the reactive state`, async () => {
        const [ann, bob] = await Promise.all([host(), host()]);
        await Promise.all([ann.press('engine'), bob.press('engine')]);
        const [annId, bobId] = await Promise.all([ann.id('engine-me'), bob.id('engine-me')]);
        await rooms.hasPeers(await ann.id(), await bob.id(), annId, bobId);
        await ann.types('engine-to', bobId);
        await ann.press('engine-call');
        await Promise.all([ann.reads('engine-count', '1'), bob.reads('engine-count', '1')]);
        await ann.says('hello', 'engine-');
        assert.deepEqual(await bob.lines('engine-log', 1), [`${annId}: hello`]);
        await bob.says('hello back', 'engine-');
        assert.deepEqual(await ann.lines('engine-log', 1), [`${bobId}: hello back`]);
        await Promise.all([ann.press('engine'), bob.press('engine')]);
        await rooms.hasPeers(await ann.id(), await bob.id());
        assert.deepEqual(await Promise.all([ann.liveConnections(), bob.liveConnections()]), [0, 0]);
      });

      it(`${framework}: the lines of the README take guests and drop who has left`, async () => {
        const hub = await rooms.open(browser, `${path}#snippet`);
        const id = await hub.until(() => document.querySelector('peer-node')?.getAttribute('current-id'));
        const guests = await Promise.all([guest(id, 'Ann'), guest(id, 'Bea')]);
        await hub.until(() => document.querySelectorAll('peer-channel[state=open]').length === 2);
        for (const room of guests) {
          await room.reads('call-state', 'open');
          const [line] = await Promise.all([hub.logs(), room.says('hello')]);
          assert.equal(line, `${await room.id()} hello`);
        }
        await guests[0].leave();
        await hub.until(() => document.querySelectorAll('peer-channel').length === 1);
        const [line] = await Promise.all([hub.logs(), guests[1].says('still here')]);
        assert.equal(line, `${await guests[1].id()} still here`);
      });
    }
  });
}
