/**
 * Where the browsers are that the tests drive, and how they are launched.
 *
 * Plain Node: `setup.mjs` uses this before any package is installed.
 */
import { accessSync, constants } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';

/** What each browser is called, in the order of preference. An environment variable comes before all of them. */
const KNOWN = {
  chromium: {
    variable: 'CHROMIUM',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    apps: [
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
  },
  firefox: {
    variable: 'FIREFOX',
    commands: ['firefox-esr', 'firefox'],
    apps: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  },
};

/** The path of an installed Chromium or Chrome, or undefined. */
export function findChromium() {
  return find(KNOWN.chromium);
}

/** The path of an installed Firefox, or undefined. */
export function findFirefox() {
  return find(KNOWN.firefox);
}

function find({ variable, commands, apps }) {
  const wanted = process.env[variable];
  if (wanted && !isExecutable(wanted)) throw new Error(`${variable} names no program: ${wanted}`);
  if (wanted) return wanted;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = commands.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...candidates, ...apps].find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether this machine has an address for others to reach it: those that count only on one link are not offered by browsers. */
function hasNetwork() {
  return Object.values(networkInterfaces())
    .flat()
    .some(({ address, internal }) => !internal && !address.startsWith('fe80:'));
}

/** Puppeteer's launch options for Chromium. */
export function chromiumLaunchOptions() {
  return {
    browser: 'chrome',
    executablePath: findChromium(),
    headless: true,
    args: [
      // The sandbox refuses to start as root, which is what a container usually is.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      // Nothing leaves the machine: neither the browser's own errands, nor a test that forgot to say which server.
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
      // Candidates with plain addresses: mDNS names are asked for by multicast, which goes to the whole network, is lost under
      // load, and does not work in every container. And no renderer in reserve for each that is taken.
      '--disable-features=WebRtcHideLocalIpsWithMdns,SpareRendererForSitePerProcess',
      // Where there is nothing else. Beside the addresses of a network it makes four times as many pairs of candidates, which no
      // visitor's browser has, and a sixth of what a connect costs.
      ...(hasNetwork() ? [] : ['--allow-loopback-in-peer-connection']),
      // A camera and a microphone that need neither hardware nor a click.
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      // Audio that a test plays needs no click either.
      '--autoplay-policy=no-user-gesture-required',
    ],
  };
}

/** Puppeteer's launch options for Firefox. */
export function firefoxLaunchOptions() {
  return {
    browser: 'firefox',
    executablePath: findFirefox(),
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      // Where there is no network, Chromium offers nothing but the loopback address. Without it Firefox, which would not
      // offer it, finds one path only, and in 2 calls of 100 loses that one too.
      'media.peerconnection.ice.loopback': true,
      // As in Chromium: no mDNS.
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      // None of the extensions that come with it: they take a fifth of its start.
      'extensions.enabledScopes': 0,
      // What a page has loaded is kept in memory alone: on the disk it would be read by nobody.
      'browser.cache.disk.enable': false,
      // The browser's own errands, beyond those that Puppeteer's profile switches off.
      'app.normandy.enabled': false,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
      'network.dns.disabled': true,
    },
  };
}
