/** How a page looks, and whether everybody can use it: sizes, axe, and what does not fit. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** A narrow phone. */
export const PHONE = { width: 360, height: 740 };
export const DESKTOP = { width: 1200, height: 800 };
export const SCHEMES = ['light', 'dark'];

/** What has to be scrolled sideways: the page, or what scrolls in it. */
export function tooWide(page) {
  return page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('main, [role=log], form')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map(({ localName, scrollWidth, clientWidth }) => `${localName}: ${scrollWidth} in ${clientWidth}`),
  );
}

/** What axe finds, in few words. */
export async function axe(page, scheme) {
  await page.evaluate(AXE);
  return page.evaluate(async (colorScheme) => {
    // As prefers-color-scheme does it: all colours are light-dark().
    document.documentElement.style.colorScheme = colorScheme;
    await Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished),
    );
    const { violations } = await window.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
  }, scheme);
}

/** With these Firefox shows every page in the device's colours; Chromium is told page by page. */
export const FORCED_COLOURS_PREFS = { 'browser.display.document_color_use': 2 };

/** Has a page shown as on a device that sets the colours itself. Firefox needs the preferences above. */
export async function forceColours(page, browserName) {
  if (browserName === 'chromium') {
    const session = await page.createCDPSession();
    await session.send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] });
  }
  if (await page.evaluate(() => matchMedia('(forced-colors: active)').matches)) return;
  throw new Error(`The colours are not forced in ${browserName}.`);
}
