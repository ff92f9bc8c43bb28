/**
 * The faults. Host A calls host B; both send numbered messages and A a file, and it is A to whom things happen.
 *
 * @typedef {object} Place what a case acts on
 * @property {import('./network.mjs').Network} network
 * @property {import('./services.mjs').Services} services
 * @property {import('./host.mjs').Host} a
 *
 * @typedef {object} FaultCase
 * @property {string} name for the command line
 * @property {string} title for the table
 * @property {'delivery' | 'close'} expects that everything arrives, or that every page that is left is told of the end
 * @property {string[]} [paths] by which it may be healed, where that is certain
 * @property {(place: Place) => void} [prepare] for the whole of the run
 * @property {(place: Place) => Promise<void> | void} [fault] what happens under traffic; lifted when it resolves
 * @property {boolean} [stays] the fault is never lifted
 * @property {boolean} [ends] A is gone afterwards
 * @property {boolean} [insecure] pages are no secure context
 * @property {object} [config] further members of the RTCConfiguration
 * @property {string} [pair] the pattern of the candidate pair at the start, as `local/remote`
 * @property {object} [traffic] other traffic than usual
 * @property {number} [links] RTCPeerConnections that A makes under traffic, at least
 */
import { setTimeout as pause } from 'node:timers/promises';

/** How long the TURN server is away, in ms. */
const TURN_AWAY_MS = 2_000;
/** Share of packets that are lost, each way. */
const LOSS = 0.02;

/** @type {FaultCase[]} */
export const CASES = [
  outage(3, ['ice']),
  outage(8),
  outage(20),
  outage(25),
  {
    name: 'down-for-good',
    title: 'uplink down for good',
    expects: 'close',
    stays: true,
    fault: ({ network }) => network.setUplink('a', 'down'),
  },
  {
    name: 'unplugged-8',
    title: 'own interface down for 8 s',
    expects: 'delivery',
    async fault({ network }) {
      network.setInterface('a', 'down');
      await pause(8_000);
      network.setInterface('a', 'up');
    },
  },
  {
    name: 'loss',
    title: `${LOSS * 100} % of packets lost`,
    expects: 'delivery',
    prepare: ({ network }) => network.lose('a', LOSS),
  },
  {
    name: 'address',
    title: "address of A's NAT changed, PeerServer restarted",
    expects: 'delivery',
    paths: ['restart', 'resume'],
    async fault({ network, services }) {
      network.renumberUplink('a');
      await services.killSite();
      await services.startSite();
    },
  },
  {
    name: 'roaming',
    title: 'address of A and of its NAT changed',
    expects: 'delivery',
    paths: ['restart', 'resume'],
    fault: ({ network }) => roam(network),
  },
  {
    name: 'roaming-restart',
    title: 'address of A and of its NAT changed, PeerServer restarted',
    expects: 'delivery',
    paths: ['restart', 'resume'],
    async fault({ network, services }) {
      roam(network);
      await services.killSite();
      await services.startSite();
    },
  },
  {
    name: 'beneath',
    title: "A's RTCPeerConnection closed beneath the engine",
    expects: 'delivery',
    paths: ['resume'],
    fault: ({ a }) => a.ask('closeBeneath'),
  },
  {
    name: 'tab-killed',
    title: "A's tab killed",
    expects: 'close',
    stays: true,
    ends: true,
    fault: ({ a }) => a.killTab(),
  },
  {
    name: 'browser-killed',
    title: "A's browser killed",
    expects: 'close',
    stays: true,
    ends: true,
    fault: ({ a }) => a.killBrowser(),
  },
  {
    name: 'relay',
    title: 'relay only',
    expects: 'delivery',
    config: { iceTransportPolicy: 'relay' },
    pair: '^relay/',
  },
  {
    name: 'relay-restarted',
    title: `relay only, TURN server killed and started ${TURN_AWAY_MS / 1000} s later`,
    expects: 'delivery',
    paths: ['restart', 'resume'],
    config: { iceTransportPolicy: 'relay' },
    pair: '^relay/',
    async fault({ services }) {
      await services.killTurn();
      await pause(TURN_AWAY_MS);
      await services.startTurn();
    },
  },
  {
    name: 'insecure',
    title: 'insecure context, no fault',
    expects: 'delivery',
    insecure: true,
    // More than one lane, because opening them takes more of what the browser keeps from such pages.
    traffic: { lanes: 2 },
    links: 1,
  },
];

/** A is in another network from now on. Nobody tells its WebSocket, which has the old address: it stays open and hears nothing. */
function roam(network) {
  network.renumberHost('a');
  network.renumberUplink('a');
}

function outage(seconds, paths) {
  return {
    name: `down-${seconds}`,
    title: `uplink down for ${seconds} s`,
    expects: 'delivery',
    paths,
    async fault({ network }) {
      network.setUplink('a', 'down');
      await pause(seconds * 1000);
      network.setUplink('a', 'up');
    },
  };
}
