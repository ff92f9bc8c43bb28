import { expect } from '@open-wc/testing';
import { Terms } from '../../../../src/elements/hypertext/terms.js';

const holds = (text: string, fields: Record<string, unknown> = {}): boolean => new Terms(text).holds((name) => fields[name]);

describe('the terms of a condition', () => {
  it('hold where there are none', () => {
    for (const text of ['', ' ', '\n\t']) expect(holds(text)).to.equal(true);
  });

  it('ask by the name alone for what is truthy, and no empty array', () => {
    for (const value of [1, -1, 'x', '0', true, 1n, {}, [0], new Date(), () => 0]) expect(holds('a', { a: value }), String(value)).to.equal(true);
    for (const value of [undefined, null, 0, NaN, '', false, 0n, []]) expect(holds('a', { a: value }), String(value)).to.equal(false);
  });

  it('compare the text of a string, number, boolean or bigint', () => {
    for (const value of ['1', 1, 1n]) expect(holds('a=1', { a: value })).to.equal(true);
    expect(holds('a=true', { a: true })).to.equal(true);
    expect(holds('a=NaN', { a: NaN })).to.equal(true);
    expect(holds('a=1', { a: '1 ' })).to.equal(false);
    expect(holds('a=A', { a: 'a' })).to.equal(false);
  });

  it('take one of several', () => {
    expect(holds('a=open|interrupted', { a: 'interrupted' })).to.equal(true);
    expect(holds('a=open|interrupted', { a: 'open|interrupted' })).to.equal(false);
    expect(holds('a=b=c', { a: 'b=c' })).to.equal(true);
  });

  it('know the empty text from an absent one', () => {
    expect(holds('a=', { a: '' })).to.equal(true);
    expect(holds('a=|x', { a: '' })).to.equal(true);
    for (const value of [undefined, null, false, 0, []]) expect(holds('a=', { a: value })).to.equal(false);
    expect(holds('a=undefined|null')).to.equal(false);
  });

  it('look at any member of an array, of the first thousand', () => {
    expect(holds('a=2', { a: [1, 2] })).to.equal(true);
    expect(holds('a=3', { a: [1, 2] })).to.equal(false);
    const long: unknown[] = Array(2000).fill(0);
    long[999] = 'last';
    long[1000] = 'beyond';
    expect(holds('a=last', { a: long })).to.equal(true);
    expect(holds('a=beyond', { a: long })).to.equal(false);
    expect(holds('a=2', { a: [[2]] }), 'an array in it').to.equal(false);
  });

  it('never ask an object for its text', () => {
    const fail = (): never => {
      throw new Error('asked');
    };
    for (const value of [{ toString: fail, valueOf: fail }, { toString: () => 'x' }, [{ toString: () => 'x' }], Symbol('x'), () => 'x']) {
      expect(holds('a=x|[object|Object]', { a: value })).to.equal(false);
    }
    expect(holds('a=x', { a: Object.defineProperty([], '0', { get: fail, enumerable: true }) })).to.equal(false);
  });

  it('must all hold, and "!" turns one round', () => {
    const fields = { kind: 'vote', late: false };
    expect(holds('kind=vote !late', fields)).to.equal(true);
    expect(holds('kind=vote late', fields)).to.equal(false);
    expect(holds('!kind=vote', fields)).to.equal(false);
    expect(holds('!kind=tea|coffee', fields)).to.equal(true);
    expect(holds('!absent=x')).to.equal(true);
  });

  it('take what makes no sense as it is', () => {
    expect(holds('!')).to.equal(true);
    expect(holds('=')).to.equal(false);
    expect(holds('!!a', { a: true })).to.equal(true);
    expect(holds('[(*\\ a=( ')).to.equal(false);
    expect(holds('a=|||', { a: '' })).to.equal(true);
  });
});
