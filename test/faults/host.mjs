/** A host of the network: a Chromium in it, with one page, driven over a pipe so that its own network is not needed for it. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import puppeteer from 'puppeteer-core';

import { chromiumLaunchOptions } from '../../scripts/browsers.mjs';
import { SERVER_ADDRESS } from './network.mjs';
import { ORIGIN } from './services.mjs';

/** Longer than anything takes that is asked of a page, in ms. */
const PROTOCOL_TIMEOUT_MS = 60_000;
/** How long a browser may take to close in order, in ms; then it is killed. */
const CLOSE_TIMEOUT_MS = 5_000;
/**
 * Of the tests' usual arguments, those that do not suit here: the loopback interface is a host's own, and the names that may
 * be resolved are others.
 */
const UNSUITED = ['--allow-loopback-in-peer-connection', '--host-resolver-rules'];

export class Host {
  #browser;
  #page;
  #gone = false;

  /**
   * @param {import('./network.mjs').Network} network
   * @param {import('./network.mjs').HostName} name
   * @param {object} options
   * @param {string} options.folder for what the browser writes
   * @param {boolean} options.secure whether pages count as a secure context, which they would not over http
   */
  static async start(network, name, { folder, secure }) {
    const host = new Host();
    const launch = chromiumLaunchOptions();
    const program = join(folder, `chromium-${name}`);
    const profile = join(folder, `profile-${name}`);
    await mkdir(profile, { recursive: true });
    await writeFile(program, `#!/bin/sh\nexec ${network.enter(name).join(' ')} '${launch.executablePath}' "$@"\n`);
    await chmod(program, 0o755);
    host.#browser = await puppeteer.launch({
      ...launch,
      executablePath: program,
      userDataDir: profile,
      pipe: true,
      protocolTimeout: PROTOCOL_TIMEOUT_MS,
      // The run has handlers of its own.
      ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
      args: [
        ...launch.args.filter((arg) => !UNSUITED.some((unsuited) => arg.startsWith(unsuited))),
        `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${SERVER_ADDRESS}`,
        ...(secure ? [`--unsafely-treat-insecure-origin-as-secure=${ORIGIN}`] : []),
      ],
    });
    host.#page = await host.#browser.newPage();
    await host.#page.goto(`${ORIGIN}/`);
    return host;
  }

  /** Calls a method of the page's session. */
  ask(method, ...args) {
    return this.#page.evaluate((name, given) => globalThis.faults[name](...given), method, args);
  }

  /** What the page reports, or undefined where it is gone. */
  async report() {
    if (this.#gone) return undefined;
    return this.ask('report').catch((error) => {
      if (this.#gone) return undefined;
      throw error;
    });
  }

  version() {
    return this.#browser.version();
  }

  /** Kills the tab's process, as the system does where memory is short. The browser goes on. */
  async killTab() {
    const session = await this.#browser.target().createCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    this.#gone = true;
    for (const { type, id } of processInfo) if (type === 'renderer') process.kill(id, 'SIGKILL');
  }

  /** Kills all processes of the browser at once. */
  killBrowser() {
    this.#gone = true;
    // A group of its own, because Puppeteer starts it so.
    process.kill(-this.#browser.process().pid, 'SIGKILL');
  }

  /** Idempotent; never throws. What does not close goes with the network. */
  async close() {
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)));
    await Promise.race([this.#browser.close().catch(() => undefined), late]);
    clearTimeout(timer);
  }
}
