/** What the fault tests make of what they saw. Needs neither root nor a browser: node --test test/faults/verdict.test.mjs */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { table } from './table.mjs';
import { rowOf, wrongs } from './verdict.mjs';

const FAULT_AT = 10_000;
const LIFTED_AT = 18_000;
const DELIVERY = { expects: 'delivery', fault: () => {} };
const CLOSE = { expects: 'close', fault: () => {}, stays: true };

describe('the verdict on a fault', () => {
  it('finds nothing wrong where all arrived and ICE alone healed it', () => {
    const outcome = healed();
    assert.deepEqual(wrongs({ ...DELIVERY, paths: ['ice'] }, outcome), []);
    const { sent, lost, file, healedAfter, path } = rowOf(outcome);
    assert.deepEqual({ sent, lost, file }, { sent: 20, lost: 0, file: 'intact' });
    assert.deepEqual({ healedAfter, path }, { healedAfter: 9_000, path: 'ice' });
  });

  for (const [what, count] of [['duplicated', /twice/], ['reordered', /out of order/], ['damaged', /damaged/]]) {
    it(`sees a message that was ${what}`, () => {
      const outcome = healed();
      outcome.sides.b.tally[what] = 1;
      assert.match(wrongs(DELIVERY, outcome).join(), count);
    });
  }

  it('sees a message that was lost, and one that was never sent', () => {
    const [lossy, short] = [healed(), healed()];
    lossy.sides.b.tally.delivered = 9;
    assert.match(wrongs(DELIVERY, lossy).join(), /20 were sent, and 19 arrived/);
    short.sides.a.sent = short.sides.b.tally.delivered = 9;
    short.sides.b.tally.highest = 8;
    assert.match(wrongs(DELIVERY, short).join(), /19 were sent/);
  });

  it('sees a file that is not whole, or not the same', () => {
    const [cut, changed] = [healed(), healed()];
    cut.sides.b.receivedFile.bytes = 50;
    assert.match(wrongs(DELIVERY, cut).join(), /50 %/);
    changed.sides.b.receivedFile.hash = 2;
    assert.match(wrongs(DELIVERY, changed).join(), /file is damaged/);
  });

  it('sees a close, and a connection that never came back', () => {
    const [closed, dead] = [healed(), healed()];
    closed.sides.a.events.push(event('close', 20_000, 'failed'));
    assert.match(wrongs(DELIVERY, closed).join(), /a was closed: failed/);
    dead.sides.b.tally.lastAt = 11_000;
    dead.sides.b.tally.silences = [];
    assert.match(wrongs(DELIVERY, dead).join(), /not healed/);
    assert.equal(rowOf(dead).path, undefined);
  });

  it('holds what the engine says of the path against what the browser shows', () => {
    const [right, wrong] = [healed('restart'), healed('restart')];
    right.sides.a.events.push(event('resumed', 19_500, 'restart'));
    assert.deepEqual(wrongs(DELIVERY, right), []);
    assert.equal(rowOf(right).healedAfter, 9_500);
    wrong.sides.a.events.push(event('resumed', 19_500, 'ice'));
    assert.match(wrongs(DELIVERY, wrong).join(), /by ice, and it was by restart/);
    assert.match(wrongs({ ...DELIVERY, paths: ['ice'] }, right).join(), /by restart, and not by ice/);
  });

  it('wants every page that is left to be told of the end, with a reason and in time', () => {
    const outcome = healed();
    delete outcome.liftedAt;
    assert.equal(wrongs(CLOSE, outcome).length, 2);
    outcome.sides.a.events.push(event('close', 50_000, 'failed'));
    outcome.sides.b.events.push(event('close', 56_000));
    assert.equal(wrongs(CLOSE, outcome).length, 2, 'no reason, and too late');
    assert.equal(wrongs({ ...CLOSE, ends: true }, outcome).length, 2);
    outcome.sides.b.events = [event('close', 54_000, 'failed')];
    assert.deepEqual(wrongs(CLOSE, outcome), []);
    outcome.sides.b.tally.delivered = 5;
    assert.match(wrongs(CLOSE, outcome).join(), /gaps/);
  });

  it('looks at the candidate pair where a case says which', () => {
    assert.match(wrongs({ ...DELIVERY, pair: '^relay/' }, healed()).join(), /pair was srflx/);
  });

  it('takes no later pause for that of the fault', () => {
    const outcome = healed();
    for (const { tally } of Object.values(outcome.sides)) tally.silences.push({ from: 20_000, to: 21_000 });
    assert.equal(rowOf(outcome).healedAfter, 9_000);
    for (const { tally } of Object.values(outcome.sides)) tally.silences.shift();
    assert.equal(rowOf(outcome).healedAfter, undefined);
  });

  it('looks at the links that were made where a case says how many', () => {
    const [one, two] = [healed(), healed()];
    one.sides.a.linksMade = 1;
    two.sides.a.linksMade = 2;
    assert.match(wrongs({ ...DELIVERY, links: 2 }, one).join(), /1 further/);
    assert.deepEqual(wrongs({ ...DELIVERY, links: 2 }, two), []);
  });

  it('is shown as a row of a table, a case that did not run too', () => {
    const results = [{ title: 'a fault', engine: 'ours', row: rowOf(healed()) }, { title: 'another', engine: 'peerjs' }];
    const lines = table(results).split('\n');
    assert.equal(lines[2], '| a fault | ours | 20 | 20 | 0 | 0 | 0 | intact | – | 9.0 s | ice | – |');
    assert.equal(lines[3], '| another | peerjs | did not run |');
  });
});

/** A case that went well: ten messages each way, nine seconds of silence, and a file. */
function healed(path = 'ice') {
  const tally = () => ({
    ...{ delivered: 10, duplicated: 0, reordered: 0, damaged: 0, highest: 9 },
    ...{ lastAt: 30_000, silences: [{ from: 10_100, to: 19_000 }] },
  });
  const side = { sent: 10, path, receivedFile: { bytes: 0, hash: 0 } };
  return {
    ...{ pair: 'srflx/prflx', count: 10, begun: 5_000, faultAt: FAULT_AT, liftedAt: LIFTED_AT, ended: 'complete' },
    sides: {
      a: { ...side, tally: tally(), events: [], sentFile: { bytes: 100, hash: 1 } },
      b: { ...side, tally: tally(), events: [], receivedFile: { bytes: 100, hash: 1 } },
    },
  };
}

function event(what, at, detail) {
  return { what, at, detail };
}
