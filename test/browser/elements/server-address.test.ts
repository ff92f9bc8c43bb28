import { expect } from '@open-wc/testing';
import { parseServer, type ServerAddress } from '../../../src/elements/settings.js';

const BASE = 'http://page.example:8000/app/index.html';

const GOOD: Record<string, ServerAddress> = {
  '/peerjs': { host: 'page.example', port: 8000, path: '/peerjs', secure: false },
  peerjs: { host: 'page.example', port: 8000, path: '/app/peerjs', secure: false },
  '/peerjs?key=secret': { host: 'page.example', port: 8000, path: '/peerjs', secure: false, key: 'secret' },
  'https://peers.example:9000/app?key=k%20k': { host: 'peers.example', port: 9000, path: '/app', secure: true, key: 'k k' },
  'https://peers.example': { host: 'peers.example', port: 443, path: '/', secure: true },
  'http://peers.example': { host: 'peers.example', port: 80, path: '/', secure: false },
  'ws://peers.example:9000/': { host: 'peers.example', port: 9000, path: '/', secure: false },
  'wss://peers.example/a/b': { host: 'peers.example', port: 443, path: '/a/b', secure: true },
  '//peers.example:1234/x': { host: 'peers.example', port: 1234, path: '/x', secure: false },
  'http://[::1]:9000/': { host: '[::1]', port: 9000, path: '/', secure: false },
};

const BAD = ['http://', 'ftp://peers.example/', 'peers.example:9000', 'http://peers.example:99999/', 'mailto:a@b.c'];

describe('the address of a server', () => {
  for (const [server, address] of Object.entries(GOOD)) {
    it(`is read from ${server}`, () => {
      expect(parseServer(server, BASE)).to.deep.equal(address);
    });
  }

  for (const server of BAD) {
    it(`is not in ${server}`, () => {
      expect(() => parseServer(server, BASE)).to.throw('Write "/peerjs"').with.property('type', 'invalid-setting');
    });
  }
});
