/**
 * The tests that need a browser: in Chromium and Firefox, with real RTCPeerConnections and a real PeerServer on the
 * test server's origin.
 *
 *   npm run test:browser
 *   npm run test:browser -- --files test/browser/harness.test.ts
 *   BROWSERS=firefox npm run test:browser
 */
import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

import { chromeLauncher } from '@web/test-runner-chrome';
import puppeteer from 'puppeteer-core';

import { bundlePlugin } from './scripts/bundle-plugin.mjs';
import { chromiumLaunchOptions, firefoxLaunchOptions } from './scripts/browsers.mjs';
import { mountPlugin } from './scripts/mount-plugin.mjs';
import { mountPeerServer } from './scripts/peer-server.mjs';
import { readableReporter } from './scripts/wtr-reporter.mjs';
import { mountTestServers } from './test/support/servers.mjs';

/** Of each browser as many as there are cores where the tests are run: one waits while another works. */
const PAGES = 2;

/** Tests that wait for most of their time, which is long; the longest beside the engine's, which take longest. */
const WAITING = [
  ...['elements/keep-id-claim', 'elements/retry', 'elements/keep-id', 'signaling/peer-server', 'engine/absence', 'signaling/returning'],
  ...['engine/lifecycle', 'engine/native/goodbye', 'engine/link-suite', 'engine/reconnect', 'engine/native/link'],
  ...['signaling/broadcast', 'elements/bad-input'],
].map((name) => `test/browser/${name}.test.ts`);

const LAUNCHERS = {
  chromium: () =>
    chromeLauncher({
      puppeteer,
      launchOptions: chromiumLaunchOptions(),
      concurrency: PAGES,
      // Chromium gives pages in the background no animation frames: each test page has a window of its own.
      createPage: async ({ browser }) => forgetfulPage(await browser.createBrowserContext()),
    }),
  // Firefox has no such windows: each page has a browser of its own.
  firefox: () => {
    const launchOptions = firefoxLaunchOptions();
    let first = true;
    const further = [];
    const launcher = chromeLauncher({
      puppeteer,
      launchOptions,
      concurrency: PAGES,
      createPage: async ({ browser }) => {
        if (first) {
          first = false;
          return browser.newPage();
        }
        const another = await puppeteer.launch(launchOptions);
        further.push(another);
        return another.newPage();
      },
    });
    const stop = launcher.stop.bind(launcher);
    return Object.assign(launcher, {
      stop: () => Promise.all([stop(), ...further.splice(0).map((browser) => browser.close())]),
    });
  },
};

const browsers = (process.env.BROWSERS || 'chromium,firefox').split(',');
const unknown = browsers.find((name) => !(name in LAUNCHERS));
if (unknown) throw new Error(`BROWSERS: "${unknown}" is none of ${Object.keys(LAUNCHERS).join(', ')}`);

/** All test files: those that wait are spread among the others, so that never all pages wait at once. */
function testFiles() {
  const files = readdirSync(join(import.meta.dirname, 'test/browser'), { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/browser/${file.replaceAll(sep, '/')}`);
  const waiting = WAITING.filter((file) => files.includes(file));
  const others = files.filter((file) => !waiting.includes(file)).sort();
  const share = Math.ceil(others.length / waiting.length);
  return waiting.flatMap((file, index) => [file, ...others.slice(index * share, (index + 1) * share)]);
}

/** RTCPeerConnections that a page may have left when it takes the next file. */
const MAX_LEFT = 100;

/**
 * A page that forgets one test file before the next: Chromium allows a process 500 RTCPeerConnections, and counts closed ones until
 * they are collected, those of files before too. This engine waits for that, peerjs has an error.
 */
async function forgetfulPage(context) {
  const page = await context.newPage();
  const session = await page.createCDPSession();
  await session.send('Performance.enable');
  const forget = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    if (metrics.find(({ name }) => name === 'RTCPeerConnections').value > MAX_LEFT) await session.send('HeapProfiler.collectGarbage');
  };
  page.on('framenavigated', (frame) => {
    // There the runner has a page wait for its next file. Once it has none the page is closed, and has nothing left.
    if (frame.url() === 'about:blank') forget().catch((error) => error.name === 'TargetCloseError' || console.error(error));
  });
  return page;
}

export default {
  rootDir: import.meta.dirname,
  files: testFiles(),
  browsers: browsers.map((name) => LAUNCHERS[name]()),
  concurrentBrowsers: 2,
  concurrency: PAGES,
  testFramework: { config: { timeout: 20_000 } },
  testsStartTimeout: 60_000,
  testsFinishTimeout: 300_000,
  plugins: [
    bundlePlugin(import.meta.dirname),
    mountPlugin('peer-server', (server) => mountPeerServer(server, { allow_discovery: true })),
    mountPlugin('test-servers', mountTestServers),
  ],
  reporters: [readableReporter({ resultsFile: process.env.TEST_RESULTS })],
};
