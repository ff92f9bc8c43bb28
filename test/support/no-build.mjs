/** The pages in docs/no-build.md as a newcomer has them: with the addresses and hashes filled in, served or put on the disk. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { startSite } from '../../scripts/static-server.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUNDLES = join(ROOT, 'dist/cdn');
const { name, version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
/** Where the document says that the files are. */
const CDN = `https://cdn.jsdelivr.net/npm/${name}@${version}/dist/cdn/`;

/** By title. */
const EXAMPLES = new Map(
  [...(await readFile(join(ROOT, 'docs/no-build.md'), 'utf8')).matchAll(/^```html\n(.*?)^```$/gms)].map(([, html]) => [
    /<title>(.*?)<\/title>/.exec(html)[1],
    html,
  ]),
);

/** Of each file in dist/cdn/, as the build wrote it. */
export const INTEGRITY = JSON.parse(await readFile(join(BUNDLES, 'integrity.json'), 'utf8'));

/** A CDN, a site of another origin with a PeerServer, and a folder on the disk; all ended by `close()`. */
export class NoBuildSite {
  #folder;
  #cdn;
  #site;

  static async start() {
    const site = new NoBuildSite();
    site.#folder = await mkdtemp(join(tmpdir(), 'peer-elements-no-build-'));
    // As CDNs do it: without this header nothing with `integrity` loads from another origin.
    const headers = { 'access-control-allow-origin': '*' };
    await cp(BUNDLES, join(site.#folder, 'cdn'), { recursive: true });
    site.#cdn = await startSite({ root: join(site.#folder, 'cdn'), headers, peerServer: false });
    await cp(BUNDLES, join(site.#folder, 'site'), { recursive: true });
    site.#site = await startSite({ root: join(site.#folder, 'site') });
    return site;
  }

  /** The address of the PeerServer. */
  get server() {
    return `${this.#site.origin}/peerjs`;
  }

  /** Where an example is served that loads what it needs from the CDN. */
  async served(title) {
    const html = this.#example(title).replaceAll('<peer-node>', `<peer-node server="/peerjs" config='{"iceServers": []}'>`);
    return this.page(html);
  }

  /** Where a page is served. */
  async page(html) {
    await writeFile(join(this.#folder, 'site', 'page.html'), html);
    return `${this.#site.origin}/page.html`;
  }

  /** The `file:` address of an example that lies beside the files it needs. */
  async onDisk(title) {
    const file = join(this.#folder, 'site', 'disk.html');
    await writeFile(file, this.#example(title).replaceAll('http://localhost:9000/', this.server));
    return pathToFileURL(file).href;
  }

  /** The address of a file on the CDN. */
  onCdn(file) {
    return `${this.#cdn.origin}/${file}`;
  }

  /** The CDN has another file of that name from now on: one byte more, which changes nothing of what it does. */
  async tamper(file) {
    await writeFile(join(this.#folder, 'cdn', file), `${await readFile(join(BUNDLES, file), 'utf8')}\n`);
  }

  /** The CDN has what was built again. */
  async restore(file) {
    await cp(join(BUNDLES, file), join(this.#folder, 'cdn', file));
  }

  async close() {
    await this.#cdn.close();
    await this.#site.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Each `sha384-…` becomes the hash of the file that was named before it. */
  #example(title) {
    const html = EXAMPLES.get(title);
    if (!html) throw new Error(`docs/no-build.md has no page "${title}".`);
    const filled = html.replaceAll(/\/([\w.-]+\.(?:js|css))"[^{}<>]*?sha384-…/g, (text, file) => text.replace('sha384-…', INTEGRITY[file]));
    if (/…|undefined/.test(filled)) throw new Error(`The page "${title}" has a hash of no file.`);
    return filled.replaceAll(CDN, `${this.#cdn.origin}/`);
  }
}
