/** What a case has shown: a row for the table, and what is wrong with it. */

/** The ways to heal, from the least to the most that it takes. */
export const PATHS = ['ice', 'restart', 'resume'];
/**
 * How long after the fault every page that is left must have been told, in ms: 10 s to notice the last packet, `resumeTimeout`
 * of 30 s, and 5 s for a busy machine.
 */
const CLOSE_LIMIT_MS = 45_000;
/** What was on its way when the path was gone still arrives for so long, in ms: the queue before the rate limit, twice. */
const ON_ITS_WAY_MS = 200;

/** Messages and times of a case, both directions together; times in ms after the fault. */
export function rowOf(outcome) {
  const { faultAt, begun, sides } = outcome;
  const timesOf = (events) => events.map(({ at }) => at);
  const disconnected = eventsSince(outcome, 'ice').filter(({ detail }) => detail === 'disconnected');
  const closesOf = ([side, { events }]) =>
    events
      .filter(({ what }) => what === 'close')
      .map(({ at, detail }) => ({ side, reason: detail, after: after(faultAt ?? begun, [at]) }));
  const directions = [[sides.a, sides.b], [sides.b, sides.a]];
  const sum = (count) => directions.reduce((total, [from, to]) => total + count(from, to), 0);
  return {
    sent: sum(sentBy),
    delivered: sum((_, to) => to.tally.delivered),
    lost: sum((from, to) => sentBy(from, to) - to.tally.delivered),
    duplicated: sum((_, to) => to.tally.duplicated),
    reordered: sum((_, to) => to.tally.reordered),
    damaged: sum((_, to) => to.tally.damaged),
    file: fileOf(outcome),
    interruptedAfter: after(faultAt, timesOf(eventsSince(outcome, 'interrupted'))),
    iceNoticedAfter: after(faultAt, timesOf(disconnected)),
    healedAfter: healedAfter(outcome),
    path: healedAfter(outcome) === undefined ? undefined : pathSeen(outcome),
    closes: Object.entries(sides).sort().flatMap(closesOf),
    ended: outcome.ended,
  };
}

/** What is wrong, in sentences. Nothing for PeerJS, of which it is only told what it does. */
export function wrongs(test, outcome) {
  const row = rowOf(outcome);
  const wrong = [];
  const must = (holds, sentence) => holds || wrong.push(sentence);
  must(row.duplicated === 0, `${row.duplicated} messages came twice.`);
  must(row.reordered === 0, `${row.reordered} messages came out of order.`);
  must(row.damaged === 0, `${row.damaged} messages were damaged.`);
  if (test.pair) must(new RegExp(test.pair).test(outcome.pair), `The candidate pair was ${outcome.pair}, not ${test.pair}.`);
  const { linksMade } = outcome.sides.a;
  if (test.links) must(linksMade >= test.links, `A has made ${linksMade} further RTCPeerConnections, not ${test.links}.`);
  (test.expects === 'delivery' ? judgeDelivery : judgeClose)(test, outcome, row, must);
  return wrong;
}

function judgeDelivery(test, outcome, row, must) {
  const count = 2 * outcome.count;
  must(row.lost === 0 && row.sent === count, `Of ${count} messages ${row.sent} were sent, and ${row.delivered} arrived.`);
  must(row.file === 'intact', `The file is ${row.file}.`);
  for (const { side, reason } of row.closes) must(false, `${side} was closed: ${reason}.`);
  if (!test.fault) return;
  must(row.healedAfter !== undefined, 'It was not healed.');
  const told = pathTold(outcome);
  must(told === undefined || told === row.path, `The engine says that it was healed by ${told}, and it was by ${row.path}.`);
  if (test.paths) must(test.paths.includes(row.path), `It was healed by ${row.path}, and not by ${test.paths.join(' or ')}.`);
}

function judgeClose(test, outcome, row, must) {
  for (const side of test.ends ? ['b'] : ['a', 'b']) {
    const close = row.closes.find((each) => each.side === side);
    must(close, `${side} was not closed.`);
    if (!close) continue;
    must(typeof close.reason === 'string', `${side} was closed without a reason.`);
    must(close.after <= CLOSE_LIMIT_MS, `${side} was closed after ${close.after} ms, later than ${CLOSE_LIMIT_MS}.`);
  }
  for (const [side, { tally }] of Object.entries(outcome.sides)) {
    const { delivered, highest } = tally;
    must(delivered === highest + 1, `What came to ${side} has gaps: ${delivered} messages up to the number ${highest}.`);
  }
}

/** A page that was killed may have sent more than it said when it was last looked at. */
function sentBy(from, to) {
  return Math.max(from.sent, to.tally.highest + 1);
}

function fileOf({ sides: { a, b } }) {
  const [sent, received] = [a.sentFile, b.receivedFile];
  if (!sent) return undefined;
  if (received.bytes !== sent.bytes) return `${Math.floor((100 * received.bytes) / sent.bytes)} %`;
  return received.hash === sent.hash ? 'intact' : 'damaged';
}

/** When traffic goes again both ways, or the engine says that it does: whichever is later. */
function healedAfter(outcome) {
  const { faultAt, liftedAt, sides } = outcome;
  if (liftedAt === undefined) return undefined;
  const tallies = Object.values(sides).map(({ tally }) => tally);
  // A silence that never ended is none that is noted.
  if (tallies.some(({ lastAt = 0 }) => lastAt < liftedAt)) return undefined;
  // One that begins later has other causes, a busy machine for one.
  const isTheFaults = ({ from, to }) => to > faultAt && from <= liftedAt + ON_ITS_WAY_MS;
  const ends = tallies.flatMap(({ silences }) => silences.find(isTheFaults)?.to ?? []);
  const told = eventsSince(outcome, 'resumed').map(({ at }) => at);
  return after(faultAt, [Math.max(...ends, ...told)]);
}

/** By what the browsers show. Both sides count, since one of them may have looked away. */
function pathSeen({ sides }) {
  return heaviest(Object.values(sides).map(({ path }) => path));
}

/** By what the engine says; undefined where it says nothing, as it does where nobody was told of an interruption. */
function pathTold(outcome) {
  return heaviest(eventsSince(outcome, 'resumed').map(({ detail }) => detail));
}

function heaviest(paths) {
  return PATHS.findLast((path) => paths.includes(path));
}

/** Events of both sides after the fault. */
function eventsSince({ faultAt = Infinity, sides }, wanted) {
  return Object.values(sides).flatMap(({ events }) => events.filter(({ what, at }) => what === wanted && at >= faultAt));
}

/** How long after that the first of those times is; undefined where there is none. */
function after(from, times) {
  const first = Math.min(...times);
  return Number.isFinite(first) ? Math.round(first - from) : undefined;
}
