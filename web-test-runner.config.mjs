/**
 * The tests that need a browser: in Chromium and Firefox, with real RTCPeerConnections and a real PeerServer on the
 * test server's origin.
 *
 *   npm run test:browser
 *   npm run test:browser -- --files test/browser/harness.test.ts
 *   BROWSERS=firefox npm run test:browser
 */
import { fileURLToPath } from 'node:url';

import { esbuildPlugin } from '@web/dev-server-esbuild';
import { chromeLauncher } from '@web/test-runner-chrome';
import puppeteer from 'puppeteer-core';

import { bundlePlugin, exceptTests } from './scripts/bundle-plugin.mjs';
import { chromiumLaunchOptions, firefoxLaunchOptions } from './scripts/browsers.mjs';
import { mountPlugin } from './scripts/mount-plugin.mjs';
import { mountPeerServer } from './scripts/peer-server.mjs';
import { readableReporter } from './scripts/wtr-reporter.mjs';
import { mountTestServers } from './test/support/servers.mjs';

/**
 * WebRTC is busy on every core: more pages at once make each slower, and time-outs likelier. With one page for Chromium and two for
 * Firefox, which is half as fast, both are through at about the same time.
 */
const PAGES = { chromium: 1, firefox: 2 };

const LAUNCHERS = {
  chromium: () =>
    chromeLauncher({
      puppeteer,
      launchOptions: chromiumLaunchOptions(),
      concurrency: browsers.length > 1 ? PAGES.chromium : 2 * PAGES.chromium,
      // Chromium gives pages in the background no animation frames: each test page has a window of its own.
      createPage: async ({ browser }) => (await browser.createBrowserContext()).newPage(),
    }),
  // Firefox has no such windows: each page has a browser of its own.
  firefox: () => {
    const launchOptions = firefoxLaunchOptions();
    let first = true;
    const further = [];
    const launcher = chromeLauncher({
      puppeteer,
      launchOptions,
      concurrency: PAGES.firefox,
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

export default {
  rootDir: import.meta.dirname,
  files: 'test/browser/**/*.test.ts',
  nodeResolve: { exportConditions: ['browser', 'production'] },
  browsers: browsers.map((name) => LAUNCHERS[name]()),
  concurrentBrowsers: 2,
  concurrency: Math.max(...Object.values(PAGES)),
  testFramework: { config: { timeout: 20_000 } },
  testsStartTimeout: 60_000,
  testsFinishTimeout: 300_000,
  plugins: [
    bundlePlugin(import.meta.dirname, ['peerjs', 'axe-core', 'eventemitter3']),
    exceptTests(
      esbuildPlugin({
        ts: true,
        target: 'es2022',
        tsconfig: fileURLToPath(new URL('./tsconfig.json', import.meta.url)),
      }),
    ),
    mountPlugin('peer-server', (server) => mountPeerServer(server, { allow_discovery: true })),
    mountPlugin('test-servers', mountTestServers),
  ],
  reporters: [readableReporter({ resultsFile: process.env.TEST_RESULTS })],
};
