import { expect } from '@open-wc/testing';

import { binary, json, raw, serializerFor, type SerializerFactory } from '../../../src/wire/index.js';

describe('serializerFor', () => {
  it('knows every name that PeerJS had', () => {
    const names = ['default', 'binary', 'binary-utf8', 'json', 'raw', 'none'].map((name) => serializerFor(name));
    expect(names.map((found) => found?.name)).to.deep.equal(['binary', 'binary', 'binary', 'json', 'raw', 'raw']);
    expect(names.map((found) => found?.create)).to.deep.equal([binary, binary, binary, json, raw, raw]);
  });

  it('knows the page\'s own, by their own name and first', () => {
    const create: SerializerFactory = (context) => raw(context);
    expect(serializerFor('mine', { mine: create })).to.deep.equal({ name: 'mine', create });
    expect(serializerFor('json', { json: create })).to.deep.equal({ name: 'json', create });
    expect(serializerFor('json', { mine: create })?.create).to.equal(json);
  });

  it('knows no other name, whatever a remote asks for', () => {
    for (const name of ['', 'MsgPack', 'Binary', 'constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']) {
      expect(serializerFor(name), name).to.equal(undefined);
      expect(serializerFor(name, {}), name).to.equal(undefined);
    }
    for (const name of [undefined, null, 5, {}]) expect(serializerFor(name as unknown as string)).to.equal(undefined);
  });

  it('makes a serializer of its own for each connection', () => {
    const context = { limits: { maxMessageSize: 9, maxDepth: 9, maxPartialMessages: 9 }, stringify: JSON.stringify, parse: JSON.parse };
    for (const name of ['binary', 'json', 'raw']) {
      const create = serializerFor(name)!.create;
      expect(create(context)).not.to.equal(create(context));
    }
  });
});
