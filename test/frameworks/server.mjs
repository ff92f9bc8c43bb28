/**
 * A server of pages in bare Node, started as a child process: for each message `{ framework, search }` it renders the app of a
 * framework for that query, and answers `{ body, head, complaints }` or `{ error }`. With the argument `shim`, what Lit offers as
 * a DOM for Node is there.
 *
 * What only a browser has is absent, and `complaints` says who looks for it; so it does with warnings.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { APPS } from '../../scripts/frameworks.mjs';

const ABSENT = ['window', 'document', 'location', 'HTMLElement', 'WebSocket', 'RTCPeerConnection', 'sessionStorage'];
/** Frameworks and Lit look for some of it, to find out where they are; the elements and the engine need not. */
const OURS = /\/peer-elements\/dist\//;

const complaints = [];

function watchAbsent() {
  for (const name of ABSENT) {
    // Newer versions of Node have some of them.
    delete globalThis[name];
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        const caller = new Error().stack.split('\n')[2];
        if (OURS.test(caller)) complaints.push(`${name} was looked for${caller}`);
        return undefined;
      },
      // Angular brings a DOM of its own.
      set(value) {
        Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
      },
    });
  }
}

process.on('message', async ({ framework, search }) => {
  try {
    const { render, head = '' } = await import(pathToFileURL(join(APPS, 'rendered', framework, 'server/server.js')).href);
    process.send({ body: await render(new URLSearchParams(search)), head, complaints });
  } catch (error) {
    process.send({ error: error.stack });
  }
});

for (const level of ['warn', 'error']) console[level] = (...words) => complaints.push(words.join(' '));
if (process.argv[2] === 'shim') await import('@lit-labs/ssr/lib/install-global-dom-shim.js');
else watchAbsent();
process.send('ready');
