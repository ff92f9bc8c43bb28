/**
 * Two hosts, each behind a NAT of its own, and the network between them, as network namespaces of this machine. Nothing in
 * them has a way out.
 *
 *     a 10.1.0.2 ── nat-a ── 10.9.1.2 ──┐
 *                                       net: 10.9.0.1, where PeerServer, the site and the TURN server listen
 *     b 10.2.0.2 ── nat-b ── 10.9.2.2 ──┘
 *
 * The NATs are those of most homes: a host keeps its port outside, whomever it talks to, and nobody gets in whom it has not
 * called. So two hosts can reach each other where both call, and never by their own addresses.
 */
import { spawnSync } from 'node:child_process';

/** Where the servers listen. */
export const SERVER_ADDRESS = '10.9.0.1';
/** The hosts, and the number that each has in its addresses. */
const HOSTS = { a: 1, b: 2 };
/** Names of namespaces: this, the id of the process that made them, and their place. */
const PREFIX = 'pe-faults';
/** Bytes that a rate limit lets through at once: more than come in one tick of the kernel's clock. */
const BURST = '64kb';
/** How long packets wait before a rate limit at most; those for whom it would be longer are dropped. */
const QUEUE = '100ms';

/** @typedef {keyof typeof HOSTS} HostName */

export class Network {
  #closed = false;
  /** The last number in the addresses of each host's uplink, and of the host. */
  #uplinks = { a: 2, b: 2 };
  #hosts = { a: 2, b: 2 };

  /** Makes all of it, or throws and leaves nothing. */
  constructor() {
    try {
      this.#build();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The command line that runs another in a host, or with `net` between them. */
  enter(place) {
    return ['ip', 'netns', 'exec', name(place)];
  }

  /** Bits per second of a host's uplink, each way: `20mbit`. */
  limit(host, rate) {
    const shape = ['root', 'tbf', 'rate', rate, 'burst', BURST, 'latency', QUEUE];
    run('tc', '-n', name(`nat-${host}`), 'qdisc', 'add', 'dev', 'wan', ...shape);
    run('tc', '-n', name('net'), 'qdisc', 'add', 'dev', host, ...shape);
  }

  /** From now on this share of a host's packets is lost on its uplink, each way. */
  lose(host, probability) {
    const dropped = ['-m', 'statistic', '--mode', 'random', '--probability', String(probability), '-j', 'DROP'];
    this.#filter(`nat-${host}`, '-t', 'mangle', '-A', 'PREROUTING', '-i', 'wan', ...dropped);
    this.#filter(`nat-${host}`, '-t', 'mangle', '-A', 'POSTROUTING', '-o', 'wan', ...dropped);
  }

  /** The uplink behind a host's NAT is gone, or is there again. The host itself sees no change. */
  setUplink(host, state) {
    ip('net', 'link', 'set', 'dev', host, state);
  }

  /** The host's own interface is gone, or is there again: as if its cable were pulled. */
  setInterface(host, state) {
    ip(host, 'link', 'set', 'dev', 'eth0', state);
    // Routes go with their interface, and do not come back with it.
    if (state === 'up') ip(host, 'route', 'replace', 'default', 'via', `10.${HOSTS[host]}.0.1`);
  }

  /** The host's NAT has another address outside from now on, and has forgotten whom it let in. */
  renumberUplink(host) {
    const number = HOSTS[host];
    this.#uplinks[host] += 1;
    ip(`nat-${host}`, 'address', 'flush', 'dev', 'wan');
    ip(`nat-${host}`, 'address', 'add', `10.9.${number}.${this.#uplinks[host]}/24`, 'dev', 'wan');
    ip(`nat-${host}`, 'route', 'replace', 'default', 'via', `10.9.${number}.1`);
  }

  /** The host itself has another address from now on. */
  renumberHost(host) {
    const number = HOSTS[host];
    this.#hosts[host] += 1;
    ip(host, 'address', 'flush', 'dev', 'eth0');
    ip(host, 'address', 'add', `10.${number}.0.${this.#hosts[host]}/24`, 'dev', 'eth0');
    ip(host, 'route', 'replace', 'default', 'via', `10.${number}.0.1`);
  }

  /** Ends every process inside, and removes it. Idempotent; never throws. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    removeNamespacesOf(process.pid);
  }

  #build() {
    makeNamespace('net');
    write('net', '/proc/sys/net/ipv4/ip_forward', '1');
    ip('net', 'address', 'add', `${SERVER_ADDRESS}/32`, 'dev', 'lo');
    for (const [host, number] of Object.entries(HOSTS)) this.#buildHost(host, number);
  }

  #buildHost(host, number) {
    const nat = `nat-${host}`;
    makeNamespace(host);
    makeNamespace(nat);
    connect([host, 'eth0', `10.${number}.0.2/24`], [nat, 'lan', `10.${number}.0.1/24`]);
    connect([nat, 'wan', `10.9.${number}.2/24`], ['net', host, `10.9.${number}.1/24`]);
    ip(host, 'route', 'add', 'default', 'via', `10.${number}.0.1`);
    ip(nat, 'route', 'add', 'default', 'via', `10.9.${number}.1`);

    write(nat, '/proc/sys/net/ipv4/ip_forward', '1');
    this.#filter(nat, '-t', 'nat', '-A', 'POSTROUTING', '-o', 'wan', '-j', 'MASQUERADE');
    this.#filter(nat, '-A', 'FORWARD', '-i', 'wan', '-m', 'conntrack', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'ACCEPT');
    this.#filter(nat, '-A', 'FORWARD', '-i', 'wan', '-j', 'DROP');
    // Dropped, not rejected: a packet that is answered would take the port that the host is about to use itself.
    this.#filter(nat, '-A', 'INPUT', '-i', 'wan', '-j', 'DROP');
  }

  #filter(place, ...rule) {
    run(...this.enter(place), 'iptables', '--wait', ...rule);
  }
}

/** Whether this process may make namespaces at all. */
export function canMakeNamespaces() {
  try {
    makeNamespace('probe');
    return true;
  } catch {
    return false;
  } finally {
    removeNamespacesOf(process.pid);
  }
}

/** Removes what a run has left that was killed. */
export function removeLeftovers() {
  for (const pid of new Set(namespaces().map(pidOf))) if (!isAlive(pid)) removeNamespacesOf(pid);
}

/** Ends the processes in the namespaces that this process made, and removes those. Synchronous: it is called on exit. */
export function removeNamespacesOf(pid) {
  for (const namespace of namespaces().filter((each) => pidOf(each) === pid)) {
    const { stdout } = spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' });
    for (const inside of stdout.split('\n').filter(Boolean)) endProcess(Number(inside));
    spawnSync('ip', ['netns', 'delete', namespace]);
  }
}

/** Whether there is a process of that id. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function endProcess(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function namespaces() {
  const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').map((line) => line.split(' ')[0]).filter((each) => each.startsWith(`${PREFIX}-`));
}

function pidOf(namespace) {
  return Number(namespace.slice(PREFIX.length + 1).split('-')[0]);
}

function name(place) {
  return `${PREFIX}-${process.pid}-${place}`;
}

function makeNamespace(place) {
  run('ip', 'netns', 'add', name(place));
  // No addresses but those that are given: each would be one more path between the hosts.
  write(place, '/proc/sys/net/ipv6/conf/default/disable_ipv6', '1');
  write(place, '/proc/sys/net/ipv6/conf/all/disable_ipv6', '1');
  ip(place, 'link', 'set', 'dev', 'lo', 'up');
}

/** A cable between two places: to each its interface and address. */
function connect([place, device, address], [otherPlace, otherDevice, otherAddress]) {
  run('ip', 'link', 'add', device, 'netns', name(place), 'type', 'veth', 'peer', 'name', otherDevice, 'netns', name(otherPlace));
  for (const [where, what, which] of [[place, device, address], [otherPlace, otherDevice, otherAddress]]) {
    ip(where, 'address', 'add', which, 'dev', what);
    ip(where, 'link', 'set', 'dev', what, 'up');
  }
}

/** Writes a setting of the kernel, where the kernel has it. */
function write(place, file, value) {
  run('ip', 'netns', 'exec', name(place), 'sh', '-c', `[ ! -e ${file} ] || echo ${value} > ${file}`);
}

function ip(place, ...args) {
  run('ip', '-n', name(place), ...args);
}

function run(command, ...args) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${[command, ...args].join(' ')}: ${error?.message ?? stderr.trim()}`);
}
