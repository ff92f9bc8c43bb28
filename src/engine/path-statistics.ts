/** One end of the path. */
export interface PathEnd {
  /** `host`: its own address. `srflx`, `prflx`: as the other side of a NAT sees it. `relay`: at a TURN server. */
  readonly type: RTCIceCandidateType | undefined;
  readonly protocol: string | undefined;
}

/** How a connection is doing. What a browser does not tell is undefined. */
export interface ConnectionStatistics {
  /** Time there and back, in ms, as the browser last measured it. */
  readonly roundTrip: number | undefined;
  /** Bytes so far, of all connections that share the RTCPeerConnection, headers included: what the browser counts of all its paths. */
  readonly bytesSent: number | undefined;
  readonly bytesReceived: number | undefined;
  /** `relayed`: over a TURN server, here or there. Undefined where there is no path just now. */
  readonly path: 'direct' | 'relayed' | undefined;
  readonly local: PathEnd | undefined;
  readonly remote: PathEnd | undefined;
}

type Report = Record<string, unknown> & { readonly type: string; readonly id: string };

/** What the browser tells of the path that an RTCPeerConnection has chosen (W3C webrtc-stats, sections 8.16 and 8.18). */
export async function pathStatistics(connection: RTCPeerConnection): Promise<ConnectionStatistics> {
  const reports = new Map<string, Report>();
  (await connection.getStats()).forEach((report: Report) => reports.set(report.id, report));
  const all = [...reports.values()];
  const pair = chosenPair(all);
  const end = (id: unknown): PathEnd | undefined => {
    const candidate = reports.get(id as string);
    return pair && { type: candidate?.['candidateType'] as RTCIceCandidateType | undefined, protocol: candidate?.['protocol'] as string | undefined };
  };
  const local = end(pair?.['localCandidateId']);
  const remote = end(pair?.['remoteCandidateId']);
  const seconds = numberIn(pair, 'currentRoundTripTime');
  return {
    roundTrip: seconds === undefined ? undefined : seconds * 1_000,
    bytesSent: total(all, 'bytesSent'),
    bytesReceived: total(all, 'bytesReceived'),
    path: pair && (local?.type === 'relay' || remote?.type === 'relay' ? 'relayed' : 'direct'),
    local,
    remote,
  };
}

/** Firefox marks the pair, the specification the transport. */
function chosenPair(reports: readonly Report[]): Report | undefined {
  const ids = reports.filter(({ type }) => type === 'transport').map((transport) => transport['selectedCandidatePairId']);
  const pairs = reports.filter(({ type }) => type === 'candidate-pair');
  return pairs.find(({ id, selected }) => selected === true || ids.includes(id)) ?? pairs.find(({ nominated, state }) => nominated === true && state === 'succeeded');
}

/** Of the transport, else of all pairs: the one that is chosen now may have taken over from another. Firefox has no transport. */
function total(reports: readonly Report[], name: string): number | undefined {
  for (const kind of ['transport', 'candidate-pair']) {
    const counts = reports.filter(({ type }) => type === kind).flatMap((report) => numberIn(report, name) ?? []);
    if (counts.length > 0) return counts.reduce((sum, count) => sum + count);
  }
  return undefined;
}

function numberIn(report: Report | undefined, name: string): number | undefined {
  const value = report?.[name];
  return typeof value === 'number' ? value : undefined;
}
