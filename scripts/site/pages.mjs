/** The pages of the documentation site, in the order of its navigation. */

/**
 * @typedef {object} Page
 * @property {string} slug its file below demo/docs/, without `.html`
 * @property {string} title in the navigation and the window
 * @property {string} description for search engines and cards
 * @property {string} [source] the Markdown it is made of; the page of the elements is made of custom-elements.json
 * @property {boolean} [elsewhere] its examples are for other places than this site: they cannot be opened from here
 */

/** @type {Page[]} */
export const PAGES = [
  {
    slug: 'getting-started',
    title: 'Getting started',
    description: 'A peer-to-peer page in two tags: without script, with a script, with a bundler.',
    source: 'docs/getting-started.md',
  },
  {
    slug: 'html',
    title: 'HTML first',
    description: 'What a page sends, shows and counts without a line of script.',
    source: 'docs/html.md',
  },
  { slug: 'elements', title: 'Elements', description: 'Every attribute, property, method, event and state of the elements.' },
  {
    slug: 'engine',
    title: 'Engine',
    description: 'Peer and DataConnection: the PeerJS API, and what is new in it.',
    source: 'docs/engine.md',
  },
  {
    slug: 'frameworks',
    title: 'In frameworks',
    description: 'Vue, Svelte, Angular, React, Solid and Preact: bindings, lists, hot replacement, types.',
    source: 'docs/frameworks.md',
  },
  {
    slug: 'server-rendering',
    title: 'Server rendering',
    description: 'Rendered in Node, taken over in the browser: the order, the markup, and what each framework needs.',
    source: 'docs/server-rendering.md',
  },
  {
    slug: 'no-build',
    title: 'Without a build',
    description: 'From a CDN with integrity, by an import map, or from a folder on the disk.',
    source: 'docs/no-build.md',
    elsewhere: true,
  },
  {
    slug: 'migrating-from-peerjs',
    title: 'Migrating from PeerJS',
    description: 'One import changes. Every difference, with its reason.',
    source: 'docs/migrating-from-peerjs.md',
  },
  {
    slug: 'server',
    title: 'Your own server',
    description: 'PeerServer and TURN, with the exact commands.',
    source: 'docs/server.md',
  },
  {
    slug: 'performance',
    title: 'Performance',
    description: 'How fast it is beside PeerJS and the bare browser API, and how that was measured.',
    source: 'docs/performance.md',
  },
  {
    slug: 'reliability',
    title: 'Reliability',
    description: 'What happens when the network fails, beside PeerJS.',
    source: 'docs/reliability.md',
  },
  {
    slug: 'security',
    title: 'Security',
    description: 'Who is trusted with what, what is bounded, and what a page has to do.',
    source: 'docs/security.md',
  },
  {
    slug: 'protocol',
    title: 'Protocol',
    description: 'What two peers of this engine say to each other, every byte of it.',
    source: 'docs/protocol.md',
  },
];

/** Where the sources are that the site links to without having a page of them. */
export const REPOSITORY = '../../';
