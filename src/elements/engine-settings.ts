import { Peer, type IceServersOption, type PeerOptions } from '../engine/index.js';
import type { EngineConstructor } from './engine-port.js';
import { listIceServers } from './foreign-engine.js';
import type { PeerNode } from './peer-node.js';
import { LIST_OR_FUNCTION, OBJECT, given, parseServer, settingProblem } from './settings.js';

/** Whether an engine is this project's, or a class derived from it. */
export function isOwnEngine(Engine: EngineConstructor): boolean {
  return (Engine as unknown) === Peer || Engine.prototype instanceof Peer;
}

/**
 * The engine options that a node's settings make, but for the ICE servers.
 * @throws PeerError `invalid-setting`
 */
export function engineOptions(node: PeerNode): PeerOptions {
  const problem =
    settingProblem(node, 'options', node.options, OBJECT) ??
    settingProblem(node, 'config', node.config, OBJECT) ??
    settingProblem(node, 'ice-servers', node.iceServers, LIST_OR_FUNCTION);
  if (problem) throw problem;
  const server = given(node.server);
  const config = given(node.config);
  return {
    ...given(node.options),
    ...(server ? parseServer(server, node.ownerDocument.baseURI) : {}),
    ...(config ? { config } : {}),
  };
}

/** The options with a node's ICE servers. An engine that takes only a list gets the list of this moment, as a promise. */
export function withIceServers(
  node: PeerNode,
  Engine: EngineConstructor,
  options: PeerOptions,
  signal: AbortSignal,
): PeerOptions | Promise<PeerOptions> {
  const iceServers = given(node.iceServers);
  if (!iceServers) return options;
  if (isOwnEngine(Engine)) return { ...options, iceServers: latest(node, iceServers) };
  return listIceServers(iceServers, signal).then((servers) => ({ ...options, config: { ...options.config, iceServers: servers } }));
}

/** The latest function is asked, though a framework may give a new one at each render. */
function latest(node: PeerNode, iceServers: IceServersOption): IceServersOption {
  if (typeof iceServers !== 'function') return iceServers;
  return () => {
    const current = node.iceServers ?? [];
    return typeof current === 'function' ? current() : current;
  };
}
