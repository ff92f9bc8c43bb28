/** Browsers and pages for the end-to-end tests, which drive several at once. */
import puppeteer from 'puppeteer-core';

import { chromiumLaunchOptions, firefoxLaunchOptions } from '../../scripts/browsers.mjs';
import { launchFirefox } from './firefox-profile.mjs';

/** How each browser is launched, by its name. */
export const BROWSERS = { chromium: chromiumLaunchOptions, firefox: firefoxLaunchOptions };

/** Longer than anything takes that a test does in a page: an `evaluate` that never returns must not hang the run. */
const PROTOCOL_TIMEOUT_MS = 30_000;

/**
 * @param {keyof typeof BROWSERS} name
 * @param {object} [options]
 * @param {boolean} [options.backForwardCache] Chromium keeps pages that were left, and `goBack()` may bring them back as they were
 * @param {Record<string, unknown>} [options.firefoxPrefs] preferences of Firefox besides the usual ones
 */
export function launch(name, { backForwardCache = false, firefoxPrefs } = {}) {
  const options = { ...BROWSERS[name](), protocolTimeout: PROTOCOL_TIMEOUT_MS };
  if (name === 'firefox') {
    return launchFirefox({ ...options, extraPrefsFirefox: { ...options.extraPrefsFirefox, ...firefoxPrefs } });
  }
  if (backForwardCache) {
    options.ignoreDefaultArgs = ['--disable-back-forward-cache'];
    options.args.push('--enable-features=BackForwardCache');
  }
  return puppeteer.launch(options);
}

/**
 * A page in a context of its own: it shares no storage with other pages, and is not in the background behind them. What
 * it throws fails the next `assertNoErrors`.
 *
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 * @param {object} [options]
 * @param {string} [options.downloads] a folder for what is downloaded
 * @param {boolean} [options.strictConsole] what the browser itself calls an error in the console counts as well
 */
export async function openPage(browser, url, { downloads, strictConsole = false } = {}) {
  const context = await browser.createBrowserContext(
    downloads ? { downloadBehavior: { policy: 'allow', downloadPath: downloads } } : {},
  );
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error));
  if (strictConsole) page.on('console', (message) => message.type() === 'error' && errors.push(new Error(message.text())));
  await page.goto(url);
  return {
    page,
    assertNoErrors() {
      if (errors.length > 0) throw new AggregateError(errors, `${url} threw: ${errors.map(String).join('; ')}`);
    },
    close: () => context.close(),
  };
}
