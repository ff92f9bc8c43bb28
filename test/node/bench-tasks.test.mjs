/** What the benchmark reads in a browser's trace. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { tasksIn } from '../../bench/tasks.mjs';

const MARK = { name: 'bench-tasks', pid: 1, tid: 10, ts: 1_000 };
const task = (ts, dur, others) => ({ name: 'ThreadControllerImpl::RunTask', pid: 1, tid: 10, ts, dur, tdur: dur, ...others });

describe('the tasks in a trace', () => {
  it('are those of the thread with the mark, from then on', () => {
    const events = [
      task(100, 90_000),
      MARK,
      task(2_000, 30_000),
      task(40_000, 12_500),
      task(2_000, 70_000, { tid: 11 }),
      task(2_000, 80_000, { pid: 2 }),
      { ...task(2_000, 60_000), name: 'FunctionCall' },
    ];
    assert.deepEqual(tasksIn(events), { longest: 30, busiest: 30 });
  });

  it('are told apart by how long they took, and how long their thread has worked in them', () => {
    const events = [MARK, task(2_000, 90_000, { tdur: 8_000 }), task(100_000, 20_000, { tdur: 19_000 })];
    assert.deepEqual(tasksIn(events), { longest: 90, busiest: 19 });
  });

  it('work no longer than they take, whatever the clock of the thread says', () => {
    assert.deepEqual(tasksIn([MARK, task(2_000, 20_000, { tdur: 45_000 })]), { longest: 20, busiest: 20 });
  });

  it('are not there where the page was not watched', () => {
    assert.throws(() => tasksIn([task(2_000, 5_000)]), /no mark/);
    assert.throws(() => tasksIn([MARK, task(100, 5_000)]), /no task/);
  });
});
