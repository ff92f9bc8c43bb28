/**
 * A server of pages in bare Node, started as a child process: for each message `{ framework, search, shim }` it renders the app
 * of a framework for that query, and answers `{ html, head, touched }` or `{ error }`.
 *
 * What only a browser has is absent. Nothing else tells who looked for it: `touched` says so of the elements and the engine.
 */
import { APPS } from '../../scripts/frameworks.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ABSENT = ['window', 'document', 'location', 'HTMLElement', 'WebSocket', 'RTCPeerConnection', 'sessionStorage'];
/** Frameworks and Lit look for some of it, to find out where they are. */
const OURS = /\/peer-elements\/dist\//;

const touched = [];

function watchAbsent() {
  for (const name of ABSENT) {
    // Newer versions of Node have some of them.
    delete globalThis[name];
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        const caller = new Error().stack.split('\n')[2];
        if (OURS.test(caller)) touched.push(`${name}${caller}`);
        return undefined;
      },
    });
  }
}

process.on('message', async ({ framework, search }) => {
  try {
    const { render, head = '' } = await import(pathToFileURL(join(APPS, 'rendered', framework, 'server/server.js')).href);
    process.send({ html: await render(new URLSearchParams(search)), head, touched });
  } catch (error) {
    process.send({ error: error.stack });
  }
});

watchAbsent();
