import { Peer } from 'peer-elements/engine';
import { useEffect, useState } from 'preact/hooks';

export function Engine({ server }) {
  const [peer, setPeer] = useState();
  const [connections, setConnections] = useState([]);
  const [me, setMe] = useState('');
  const [to, setTo] = useState('');
  const [words, setWords] = useState('');
  const [log, setLog] = useState([]);

  function add(connection) {
    connection.on('open', () => setConnections((connections) => [...connections, connection]));
    connection.on('data', (data) => setLog((log) => [...log, `${connection.peer}: ${data}`]));
  }
  useEffect(() => {
    const { hostname, port, pathname } = new URL(server, location.href);
    const peer = new Peer({ host: hostname, port: Number(port), path: pathname, config: { iceServers: [] } });
    peer.on('open', setMe);
    peer.on('connection', add);
    setPeer(peer);
    return () => peer.destroy();
  }, [server]);

  return (
    <section>
      <output id="engine-me">{me}</output>
      <input id="engine-to" value={to} onInput={(event) => setTo(event.target.value)} />
      <button id="engine-call" onClick={() => add(peer.connect(to))}>Call</button>
      <output id="engine-count">{connections.length}</output>
      <input id="engine-words" value={words} onInput={(event) => setWords(event.target.value)} />
      <button id="engine-send" onClick={() => connections.forEach((connection) => connection.send(words))}>Send</button>
      <ol id="engine-log">{log.map((line, index) => <li key={index}>{line}</li>)}</ol>
    </section>
  );
}
