import { expect } from '@open-wc/testing';
import * as peerjs from 'peerjs';

import * as engine from '../../../src/engine/index.js';

describe('what the engine exports', () => {
  it('is all that peerjs exports', () => {
    expect(Object.keys(peerjs).filter((name) => !(name in engine))).to.deep.equal([]);
    expect(engine.default).to.equal(engine.Peer);
  });

  for (const name of ['PeerErrorType', 'BaseConnectionErrorType', 'DataConnectionErrorType', 'ConnectionType', 'SerializationType', 'SocketEventType', 'ServerMessageType'] as const) {
    it(`${name} has the values of peerjs`, () => {
      expect({ ...engine[name] }).to.deep.equal({ ...peerjs[name] });
    });
  }
});

describe('util', () => {
  const theirs = peerjs.util as unknown as engine.Util;

  it('has the members that peerjs documents', () => {
    for (const name of ['browser', 'supports', 'CLOUD_HOST', 'CLOUD_PORT', 'chunkedMTU', 'defaultConfig', 'validateId', 'randomToken', 'isSecure', 'pack', 'unpack', 'chunk', 'noop'] as const) {
      expect(typeof engine.util[name], name).to.equal(typeof theirs[name]);
    }
  });

  it('knows this browser, and what it can do, as peerjs does', () => {
    expect(engine.util.browser).to.equal(theirs.browser);
    expect(engine.util.browserVersion).to.be.above(0);
    for (const able of Object.keys(theirs.supports) as (keyof engine.UtilSupportsObj)[]) {
      expect(engine.util.supports[able], able).to.equal(Boolean(theirs.supports[able]));
    }
  });

  for (const id of ['', 'a', 'a-b_c d', '-a', 'a-', 'a--b', 'a.b', 'ü', ' ', '1']) {
    it(`validateId("${id}") says what peerjs says`, () => {
      expect(engine.util.validateId(id)).to.equal(Boolean(theirs.validateId(id)));
    });
  }

  it('reads Blobs and binary strings', async () => {
    const buffer = await new Promise<ArrayBuffer | null>((resolve) => engine.util.blobToArrayBuffer(new Blob(['ab']), resolve));
    expect(buffer).to.deep.equal(engine.util.binaryStringToArrayBuffer('ab'));
  });

  it('randomToken() never gives the same twice', () => {
    expect(new Set(Array.from({ length: 100 }, engine.util.randomToken)).size).to.equal(100);
  });
});
