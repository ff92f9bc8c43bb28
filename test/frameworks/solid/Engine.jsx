import { Peer } from 'peer-elements/engine';
import { For, createSignal, onCleanup } from 'solid-js';
import { createStore } from 'solid-js/store';

export function Engine(props) {
  const { hostname, port, pathname } = new URL(props.server, location.href);
  const [talk, setTalk] = createStore({
    peer: new Peer({ host: hostname, port: Number(port), path: pathname, config: { iceServers: [] } }),
    connections: [],
    me: '',
    log: [],
  });
  const [to, setTo] = createSignal('');
  const [words, setWords] = createSignal('');

  function add(connection) {
    connection.on('open', () => setTalk('connections', talk.connections.length, connection));
    connection.on('data', (data) => setTalk('log', talk.log.length, `${connection.peer}: ${data}`));
  }
  talk.peer.on('open', (id) => setTalk('me', id));
  talk.peer.on('connection', add);
  onCleanup(() => talk.peer.destroy());

  return (
    <section>
      <output id="engine-me">{talk.me}</output>
      <input id="engine-to" value={to()} onInput={(event) => setTo(event.target.value)} />
      <button id="engine-call" onClick={() => add(talk.peer.connect(to()))}>Call</button>
      <output id="engine-count">{talk.connections.length}</output>
      <input id="engine-words" value={words()} onInput={(event) => setWords(event.target.value)} />
      <button id="engine-send" onClick={() => talk.connections.forEach((connection) => connection.send(words()))}>Send</button>
      <ol id="engine-log"><For each={talk.log}>{(line) => <li>{line}</li>}</For></ol>
    </section>
  );
}
