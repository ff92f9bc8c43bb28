/**
 * A plugin for @web/dev-server and @web/test-runner that mounts something on their http.Server.
 *
 * @param {string} name
 * @param {(server: import('node:http').Server) => { handle(request, response): boolean, close(): void }} mount
 */
export function mountPlugin(name, mount) {
  let mounted;
  return {
    name,
    serverStart({ server }) {
      mounted = mount(server);
      // In front of Koa, not inside it: what is mounted writes its own responses, and Koa would write them again.
      const others = server.listeners('request');
      server.removeAllListeners('request');
      server.on('request', (request, response) => {
        if (mounted.handle(request, response)) return;
        for (const listener of others) listener.call(server, request, response);
      });
    },
    serverStop() {
      mounted?.close();
    },
  };
}
