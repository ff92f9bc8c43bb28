/**
 * Profiles in which Firefox has been started before: what it compiles and sets up at the first start is half of what a start takes.
 */
import { createHash } from 'node:crypto';
import { existsSync, realpathSync, rmSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import puppeteer from 'puppeteer-core';

import { firefoxLaunchOptions } from '../../scripts/browsers.mjs';

const PROFILES = fileURLToPath(new URL('../../.cache/firefox-profiles', import.meta.url));

/** Starts Firefox with a profile of its own, which is gone when the browser is. */
export async function launchFirefox(options) {
  const userDataDir = await mkdtemp(join(tmpdir(), 'peer-elements-firefox-'));
  const remove = () => rmSync(userDataDir, { recursive: true, force: true, maxRetries: 3 });
  try {
    await cp(await usedProfile(), userDataDir, { recursive: true });
    const browser = await puppeteer.launch({ ...options, userDataDir });
    browser.process().once('exit', remove);
    return browser;
  } catch (error) {
    remove();
    throw error;
  }
}

/** The folder of a profile in which this very Firefox has been started once. Made at the first call, which several may make at once. */
async function usedProfile() {
  const profile = join(PROFILES, identityOfFirefox());
  if (existsSync(profile)) return profile;
  await mkdir(PROFILES, { recursive: true });
  const userDataDir = await mkdtemp(join(PROFILES, 'new-'));
  try {
    await (await puppeteer.launch({ ...firefoxLaunchOptions(), userDataDir })).close();
    await rename(userDataDir, profile);
  } catch (error) {
    rmSync(userDataDir, { recursive: true, force: true });
    // Another was first.
    if (!existsSync(profile)) throw error;
  }
  return profile;
}

/** Another one, or a newer one, does not go on with this one's profile: it may ask about it first. */
function identityOfFirefox() {
  const path = realpathSync(firefoxLaunchOptions().executablePath);
  return createHash('sha256').update(`${path} ${statSync(path).mtimeMs}`).digest('hex').slice(0, 16);
}
