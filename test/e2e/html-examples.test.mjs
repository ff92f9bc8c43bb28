/** Every example of docs/html.md, docs/getting-started.md and README.md, saved as it stands and driven to do what the text around it says. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { directivesOf, readExamples, readPolicy, siteOf } from '../support/html-examples.mjs';
import { CONTENT_SECURITY_POLICY } from '../support/html-site.mjs';

const OTHER = { chromium: 'firefox', firefox: 'chromium' };
/** The smallest picture. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
/** What browsers say in the console of a server that is not there. */
const NO_SERVER = /\/peerjs|Failed to load resource/;
/** The buttons of every switch whose words others share. */
const NODE = { open: '[command="--open"]', close: '[command="--close"][commandfor=me]' };

const examples = await readExamples();

/** By the names of the pages: what two or more visitors do with each, and see. */
const drives = {
  'chat.html': async ({ host, guest: arrives }) => {
    await host.reads('Send the link to a friend.', 'body');
    const guest = await arrives();
    for (const each of [host, guest]) await each.reads('Connected.', 'body');
    await host.submits({ name: 'Ann', text: 'Hello <i>there</i>' });
    await guest.reads('Ann Hello <i>there</i>', '[role=log]');
    assert.deepEqual(await valuesOf(host), { name: 'Ann', text: '' });
    await guest.submits({ text: 'And hello back' });
    await host.reads('Someone And hello back', '[role=log]');
    await host.leave();
    await guest.reads('Your friend has gone.', 'body');
  },

  'two-of-us.html': async ({ site, other, host, page }) => {
    await showsCode(host, 'QR code of the link');
    const link = await host.invitation();
    const id = new URL(link).searchParams.get('peer');
    await host.reads(`I am ${id}.`, 'body');
    const typing = await site.visitor(other, page);
    await typing.submits({ peer: id });
    await typing.reads(`Connected to ${id}.`, 'body');
    await host.reads('Connected to', 'body');
    await typing.leave();
    // While it is shown, it can be copied.
    await host.clicks('[command="--copy"]');
    await host.reads('Copied.', 'body');
    const following = await site.visitor(other, link);
    await following.reads(`Connected to ${id}.`, 'body');
  },

  // The other page is the poll: it keeps its id, and takes everybody.
  'doorbell.html': async ({ site, browser, other, page, host: unasked }) => {
    await unasked.reads('Open the link that you were given.', 'body');
    const called = await site.visitor(other, 'tea-or-coffee.html');
    const { hash } = new URL(await called.invitation());
    const address = called.page.url();
    await called.page.goto(site.address('peer-elements.css'));
    const caller = await site.visitor(browser, `${page}${hash}`);
    await caller.reads('Looking for the other page…', 'body');
    await caller.page.waitForSelector('peer-channel[state=closed] button:not([hidden])');
    await called.page.goto(address);
    await called.invitation();
    await caller.reads('It is there.', 'body');
    await called.page.goto(site.address('peer-elements.css'));
    await caller.reads('Looking for the other page…', 'body');
    await called.page.goto(address);
    await caller.clicksUnlessGone('peer-channel button');
    await caller.reads('It is there.', 'body');
  },

  'order.html': async ({ host: kitchen, guest: arrives }) => {
    await kitchen.submits({ table: '1', meal: 'Soup' });
    await kitchen.reads('Nobody is there. Your order is still in the form.', 'body');
    assert.equal((await valuesOf(kitchen)).meal, 'Soup');
    const guest = await arrives();
    await guest.page.waitForSelector('peer-channel[state=open]');
    const messages = await heardBy(kitchen);
    await guest.clicks('[name=vegan]');
    await guest.page.select('[name=extras]', 'soup');
    await guest.submits({ table: '4', meal: 'Rice', number: '2' });
    const words = '4: Rice 2 vegan with soup';
    for (const each of [kitchen, guest]) await each.reads(words, 'peer-channel');
    const ordered = { table: '4', meal: 'Rice', number: 2, vegan: true, extras: ['soup'], urgent: 'no' };
    assert.deepEqual(await messages(1), [ordered]);
    const { table, meal, number, vegan } = await valuesOf(guest);
    assert.deepEqual({ table, meal, number, vegan }, { table: '4', meal: '', number: '', vegan: undefined });
    await guest.clicks('[name=urgent][value=yes]');
    assert.equal((await messages(2))[1].urgent, 'yes');
    await guest.clicks('[command="--send"]');
    await kitchen.reads('?: ping', 'peer-channel');
    assert.equal((await messages(3))[2], 'ping');
    assert.deepEqual(await guest.texts('strong', 0), []);
  },

  'links-to-read.html': async ({ host, guest: arrives }) => {
    const guest = await arrives();
    await guest.page.waitForSelector('peer-channel[state=open]');
    await guest.page.$eval('[name=day]', (field) => (field.value = '2026-11-24'));
    await guest.submits({ link: 'https://example.com/page', title: 'A page', why: 'It is good.' });
    for (const each of [host, guest]) await each.reads('It is good.', 'article');
    const shown = await host.page.$eval('article', (article) => ({
      title: article.querySelector('h2').innerText,
      link: article.querySelector('a').href,
      day: article.querySelector('time').dateTime,
      sent: article.querySelector('footer time').innerText,
    }));
    assert.match(shown.sent, /\d/);
    assert.deepEqual({ ...shown, sent: '' }, { title: 'A page', link: 'https://example.com/page', day: '2026-11-24', sent: '' });
    await tell(guest, { title: 'Without a link' }, 'a bare text', { link: 'javascript:alert(1)' });
    await host.page.waitForFunction(() => document.querySelectorAll('article').length === 2);
    assert.deepEqual(await host.texts('peer-channel > p', 2), ['Without a link', 'a bare text']);
    assert.equal(await host.page.$eval('article:last-of-type a', (link) => link.hasAttribute('href')), false);
    assert.deepEqual((await host.texts('h2', 2))[1], 'Untitled');
  },

  'how-it-stands.html': async ({ site, browser, host, guest: arrives, page }) => {
    const id = new URL(await host.invitation()).hash.slice('#peer='.length);
    await host.reads(`My id is ${id}.`, 'body');
    await host.reads('The channel is waiting.', 'body');
    const guest = await arrives();
    await guest.reads(`I have called ${id}.`, 'body');
    await guest.reads('The channel is open.', 'body');
    await host.reads('I was called by', 'body');
    const lost = await site.visitor(browser, `${page}#peer=nobody`);
    await lost.page.waitForSelector('peer-channel[error=peer-unavailable]');
    await lost.reads('The channel is closed.', 'body');
    // The last one is of any other error.
    await lost.texts('p:has(output)', 1);
    for (const each of [host, guest, lost]) await each.leave();
    site.serverGoes();
    try {
      const stranded = await site.visitor(browser, page, { expected: NO_SERVER });
      await stranded.reads('The server cannot be reached.', 'body');
    } finally {
      site.serverReturns();
    }
  },

  'tea-or-coffee.html': async ({ site, browser, other, host: poll }) => {
    await showsCode(poll);
    const link = await poll.invitation();
    const voters = [];
    for (const [name, choice] of [[browser, 'tea'], [other, 'coffee'], [browser, 'tea']]) {
      const voter = await site.visitor(name, link);
      await votes(voter, choice);
      voters.push(voter);
    }
    await tallies(poll, { tea: 2, all: 3 });
    await voters[0].leave();
    await votes(voters[2], 'coffee');
    await tallies(poll, { tea: 1, all: 3 });
  },

  'vote.html': async ({ site, browser, other, page, host: unasked }) => {
    // Without an address nobody is called, and nothing is offered.
    await unasked.page.waitForSelector('peer-channel[state=idle]');
    await unasked.texts('form', 0);
    const poll = await site.visitor(other, 'tea-or-coffee.html');
    const voter = await site.visitor(browser, `${page}${new URL(await poll.invitation()).hash}`);
    await votes(voter, 'tea');
    await tallies(poll, { tea: 1, all: 1 });
    await votes(voter, 'coffee');
    assert.deepEqual(await voter.texts('peer-channel > p', 1), ['Your vote: coffee']);
    await voter.page.reload();
    await votes(voter, 'tea');
    await tallies(poll, { tea: 1, all: 1 });
  },

  'hub.html': async ({ site, browser, other, host: hub }) => {
    const link = await hub.invitation();
    const named = await site.visitor(other, link);
    const nameless = await site.visitor(browser, link.replace('guest.html', 'chat.html'));
    await hub.reads('Guests: 2', 'h2');
    assert.deepEqual((await hub.texts('li b', 2)).sort(), ['A guest', 'Ann']);
    await nameless.submits({ name: 'Bea', text: 'from a guest' });
    await hub.reads('Bea from a guest', 'ol');
    await named.reads('Bea from a guest', '[role=log]');
    await hub.submits({ name: 'Host', text: 'to all of you' });
    for (const guest of [named, nameless]) await guest.reads('Host to all of you', '[role=log]');
    assert.equal((await hub.texts('ol li', 2)).length, 2);
    await hub.clicks('[command="--close"]');
    await hub.reads('Guests: 1', 'h2');
    await hub.texts('ul li', 1);
  },

  'file-drop.html': async ({ site, host, guest: arrives }) => {
    await showsCode(host);
    const guest = await arrives();
    await guest.page.waitForSelector('form:not([hidden])');
    await guest.sends('files', await site.file('one.png', PNG), await site.file('two.txt', 'the second'));
    await host.page.waitForFunction(() => document.querySelectorAll('a[download][href^="blob:"]').length === 2);
    assert.deepEqual(await host.texts('li a', 2), ['one.png', 'two.txt']);
    assert.deepEqual(await host.texts('li data', 2), [`${PNG.length} bytes`, '10 bytes']);
    await host.page.waitForFunction(() => document.querySelector('li img').naturalWidth === 1);
    assert.equal(await host.saves('two.txt'), 'the second');
    // Neither progress nor failure, and no picture of the text.
    for (const selector of ['progress', 'strong', 'li + li img', 'video', 'audio']) await host.texts(selector, 0);
  },

  'every-switch.html': async ({ host, guest: arrives }) => {
    const node = (visitor, state) => visitor.reads(`Node: ${state}`, 'body');
    const channel = (visitor, state) => visitor.reads(`Channel: ${state}`, 'body');
    await node(host, 'idle');
    await host.clicks(NODE.open);
    await node(host, 'open');
    const guest = await arrives();
    await guest.clicks(NODE.open);
    await node(guest, 'open');
    await guest.clicks('[command="--connect"]');
    await channel(host, 'connecting');
    await host.clicks('[command="--connect"]');
    for (const each of [host, guest]) await channel(each, 'open');
    await guest.clicks('[command="--disconnect"]');
    await node(guest, 'disconnected');
    await guest.clicks('[command="--send"]');
    for (const each of [host, guest]) await each.reads('hello', 'ul');
    await guest.clicks('[command="--reconnect"]');
    await node(guest, 'open');
    await host.page.$eval('peer-invite', (invite) => {
      invite.heard = [];
      invite.addEventListener('invite-copy', ({ url }) => invite.heard.push(url));
    });
    // These browsers cannot share.
    for (const command of ['--copy', '--share']) await host.clicks(`[command="${command}"]`);
    await host.page.waitForFunction(() => document.querySelector('peer-invite').heard.length === 2);
    const link = await host.invitation();
    assert.deepEqual(await host.page.$eval('peer-invite', ({ heard }) => heard), [link, link]);
    await host.clicks('[command="--close"][commandfor=channel]');
    await channel(guest, 'closed');
    await channel(host, 'waiting');
    await host.clicks(NODE.close);
    await node(host, 'closed');
  },

  'in-violet.html': async ({ host, guest: arrives }) => {
    await showsCode(host);
    const colours = await host.page.evaluate(() => {
      const probe = Object.assign(document.createElement('i'), { hidden: true });
      document.body.append(probe);
      probe.style.color = 'var(--peer-accent)';
      return [getComputedStyle(probe).color, getComputedStyle(document.querySelector('form button')).backgroundColor];
    });
    assert.deepEqual(colours, ['rgb(98, 56, 184)', 'rgb(98, 56, 184)']);
    const guest = await arrives();
    for (const each of [host, guest]) await each.reads('open', '[role=status]');
    for (let line = 1; line <= 40; line++) await tell(guest, `line ${line}`);
    await host.reads('line 40', '[role=log]');
    await host.submits({ data: 'in violet' });
    await guest.reads('in violet', '[role=log]');
    // The newest stays in sight.
    await host.page.waitForFunction(() => {
      const place = (selector) => document.querySelector(selector).getBoundingClientRect();
      const [box, last] = [place('[role=log]'), place('[role=log] li:last-of-type')];
      return last.bottom <= box.bottom && last.top >= box.top;
    });
  },

  'start-hello-peer.html': async ({ host, guest: arrives }) => {
    await host.reads('Open this link in another window:', '[role=status]');
    const guest = await arrives();
    for (const each of [host, guest]) await each.reads('You are connected.', '[role=status]');
    await guest.submits({ name: 'Ann', text: 'Hello' });
    for (const each of [host, guest]) await each.reads('Ann Hello', 'ul');
    await host.submits({ text: 'Hello back' });
    await guest.reads('Someone Hello back', 'ul');
  },

  'start-two-cursors.html': async ({ host, guest: arrives }) => {
    const guest = await arrives();
    for (const { page } of [host, guest]) await page.waitForSelector('peer-channel[state=open]');
    await guest.page.mouse.move(100, 60);
    const [left, top] = await guest.page.evaluate(() => [`${(100 / innerWidth) * 100}%`, `${(60 / innerHeight) * 100}%`]);
    await host.page.waitForFunction((x, y) => document.querySelector('output').style.left === x && document.querySelector('output').style.top === y, {}, left, top);
  },

  'readme-hello-peer.html': async ({ site, other, page, host: first }) => {
    const said = (visitor, beginning) =>
      visitor.page.waitForFunction((words) => document.querySelector('#said').value.startsWith(words), {}, beginning);
    await said(first, 'I am ');
    const id = await first.page.$eval('#said', ({ value }) => value.slice('I am '.length));
    const second = await site.visitor(other, `${page}#${id}`);
    await second.page.waitForSelector('peer-channel[state=open]');
    await second.submits({ text: 'Hello, peer' });
    await said(first, 'Hello, peer');
    await first.submits({ text: 'Hello back' });
    await said(second, 'Hello back');
  },

  'readme-chat.html': async ({ host, guest: arrives }) => {
    const guest = await arrives();
    await guest.page.waitForSelector('peer-channel[state=open]');
    await guest.submits({ name: 'Ann', text: 'Hello' });
    for (const each of [host, guest]) await each.reads('Ann Hello', 'ul');
    await host.submits({ text: 'Hello back' });
    await guest.reads('Someone Hello back', 'ul');
  },
};

async function votes(voter, choice) {
  await voter.clicks(`[value=${choice}]`);
  await voter.clicks('form button');
  await voter.reads(`Your vote: ${choice}`, 'body');
}

async function tallies({ page }, { tea, all }) {
  await page.waitForFunction(
    (...wanted) => [...document.querySelectorAll('output')].map(({ value }) => value).join() === wanted.join(),
    {},
    ...[tea, all],
  );
  assert.equal(await page.$eval('meter', ({ value }) => value), tea);
}

/** The values of the page's form. */
function valuesOf({ page }) {
  return page.$eval('form', (form) => Object.fromEntries(new FormData(form)));
}

/** A QR code comes to be shown, with that name or hidden from assistive technology. */
async function showsCode({ page }, name = null) {
  const code = await page.waitForFunction(() => document.querySelector('peer-invite').shadowRoot.querySelector('svg'));
  const [width, label] = await code.evaluate((svg) => [svg.getBoundingClientRect().width, svg.getAttribute('aria-label')]);
  assert.ok(width > 50);
  assert.equal(label, name);
}

/** Has a page's channel send messages that none of its forms would. */
function tell({ page }, ...messages) {
  return page.$eval('peer-channel', (channel, all) => Promise.all(all.map((message) => channel.send(message))), messages);
}

/** Notes the messages that a page's channel is sent. Gives the way to read them, once there are as many. */
async function heardBy({ page }) {
  await page.$eval('peer-channel', (channel) => {
    channel.heard = [];
    channel.addEventListener('channel-data', ({ data }) => channel.heard.push(data));
  });
  return async (count) => {
    await page.waitForFunction((wanted) => document.querySelector('peer-channel').heard.length === wanted, {}, count);
    return page.$eval('peer-channel', ({ heard }) => heard);
  };
}

describe('an example of the documents', () => {
  let site;
  before(async () => {
    const { html } = examples.find(({ page }) => page === 'chat.html');
    // As the text beside the hub says.
    const guest = html.replace('<peer-channel ', `<peer-channel metadata='{"nick": "Ann"}' `);
    site = await siteOf([...examples, { page: 'guest.html', html: guest }]);
  });
  afterEach(() => site.everybodyLeaves());
  after(() => site?.close());

  it('is driven here, each of them', () => {
    assert.deepEqual(examples.map(({ page }) => page).sort(), Object.keys(drives).sort());
  });

  it('works under the policy that docs/html.md names, with the server of this site', async () => {
    const { 'connect-src': documented, ...rest } = await readPolicy();
    const { 'connect-src': served, ...others } = directivesOf(CONTENT_SECURITY_POLICY);
    assert.deepEqual(others, rest);
    assert.deepEqual(served, ["'self'", 'ws:', 'wss:']);
    assert.deepEqual(documented, ["'self'", 'https://peers.example', 'wss://peers.example']);
  });

  for (const browser of Object.keys(OTHER)) {
    for (const { page } of examples) {
      it(`${page} does what is said of it, in ${browser} and ${OTHER[browser]}`, async () => {
        const other = OTHER[browser];
        const host = await site.visitor(browser, page);
        const guest = async () => site.visitor(other, await host.invitation());
        await drives[page]({ site, browser, other, page, host, guest });
      });
    }
  }
});
