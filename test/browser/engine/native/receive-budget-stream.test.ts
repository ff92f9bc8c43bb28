import { expect } from '@open-wc/testing';

import { ReceiveBudget } from '../../../../src/engine/native/receive-budget.js';
import { Clock, Pair, message } from './stream-pair.js';

describe('the receive budget', () => {
  it('grants in order, and anything where nothing else is taken', () => {
    const budget = new ReceiveBudget(100);
    const granted: string[] = [];
    const wish = (name: string, bytes: number): (() => void) => budget.take(bytes, () => granted.push(name));
    wish('large', 500);
    wish('waits', 60);
    const withdraw = wish('withdrawn', 10);
    wish('small', 30);
    wish('late', 30);
    expect(granted).to.deep.equal(['large']);
    withdraw();
    budget.release(500);
    expect(granted).to.deep.equal(['large', 'waits', 'small']);
    budget.release(60);
    expect(granted).to.deep.equal(['large', 'waits', 'small', 'late']);
    expect(budget.taken).to.equal(60);
  });

  describe('of two streams', () => {
    let clock: Clock;
    let budget: ReceiveBudget;
    let one: Pair;
    let other: Pair;
    beforeEach(() => {
      clock = new Clock();
      budget = new ReceiveBudget(300_000);
      [one, other] = [new Pair({}, { budget }), new Pair({}, { budget })];
    });
    afterEach(() => {
      one.end();
      other.end();
      clock.restore();
    });

    it('lets a large message wait for another one to be read', async () => {
      for (const { a } of [one, other]) void a.stream.push(message(250_000));
      await one.settle();
      await other.settle();
      expect([one.b.heard.bodies.length, other.b.heard.bodies.length]).to.deep.equal([1, 0]);
      one.b.confirm(1);
      await other.settle();
      expect(other.b.heard.bodies).to.have.length(1);
      other.b.confirm(1);
      expect(budget.taken).to.equal(0);
    });

    it('gets back a wish whose message has come within the window after all', async () => {
      void one.a.stream.push(message(360_000));
      await one.settle();
      for (let i = 0; i < 2; i++) void other.a.stream.push(message(40_000));
      await other.settle();
      expect(other.b.heard.bodies).to.have.length(1);
      other.b.confirm(1);
      clock.pass(100);
      await other.settle();
      expect(other.b.heard.bodies).to.have.length(2);
      other.b.confirm(1);
      one.b.confirm(1);
      expect(budget.taken).to.equal(0);
    });

    it('gets back what a stream had that ends, and what it wished for', async () => {
      for (const { a } of [one, other, one]) void a.stream.push(message(250_000));
      await one.settle();
      await other.settle();
      one.end();
      await other.settle();
      expect(other.b.heard.bodies).to.have.length(1);
      other.end();
      expect(budget.taken).to.equal(0);
    });
  });
});
