/**
 * A TCP proxy whose WebSockets can be frozen: what their client sends afterwards, its end too, never reaches the server, which
 * believes that they live. As where a network dies without a word. New ones pass, and so does HTTP.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** @param {number} port where the server is, on the loopback interface */
export async function freezingProxy(port) {
  const pairs = new Set();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    const pair = { client, upstream, isWebSocket: false, frozen: false };
    pairs.add(pair);
    const end = () => {
      client.destroy();
      if (pair.frozen) return;
      upstream.destroy();
      pairs.delete(pair);
    };
    client.on('data', (data) => {
      pair.isWebSocket ||= /^upgrade: *websocket\r$/im.test(data.toString('latin1'));
      if (!pair.frozen) upstream.write(data);
    });
    upstream.on('data', (data) => client.destroyed || client.write(data));
    for (const event of ['end', 'close', 'error']) client.on(event, end);
    for (const event of ['end', 'close', 'error']) upstream.on(event, end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** Freezes every WebSocket there is. */
    freeze() {
      for (const pair of pairs) pair.frozen = pair.isWebSocket;
    },
    /** The server hears of the end of those that are frozen. */
    thaw() {
      for (const { upstream, client, frozen } of pairs) {
        if (!frozen) continue;
        upstream.destroy();
        client.destroy();
      }
    },
    async close() {
      server.close();
      for (const { upstream, client } of pairs) {
        upstream.destroy();
        client.destroy();
      }
      await once(server, 'close');
    },
  };
}
