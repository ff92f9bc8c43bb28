import { useRef, useState } from 'react';
import { Engine } from './Engine.jsx';

const config = { iceServers: [] };

export function Room({ query, bound = true }) {
  const server = query.get('server') ?? '/peerjs';
  const [state, setState] = useState('idle');
  const [me, setMe] = useState('');
  const [count, setCount] = useState(0);
  const [to, setTo] = useState(query.get('to') ?? '');
  const [name, setName] = useState(query.get('name') ?? 'nobody');
  const [label, setLabel] = useState('');
  const [max, setMax] = useState('');
  const [retry, setRetry] = useState(false);
  const [calling, setCalling] = useState(query.has('to'));
  const [callState, setCallState] = useState('');
  const [words, setWords] = useState('');
  const [keep, setKeep] = useState(false);
  const [engine, setEngine] = useState(false);
  const [guests, setGuests] = useState([]);
  const [log, setLog] = useState([]);
  const [events, setEvents] = useState([]);
  const outgoing = useRef(null);

  function add(event) {
    const guest = event.take();
    setGuests((guests) => [...guests, guest]);
  }
  const happened = (line) => setEvents((events) => [...events, line]);
  function drop(guest) {
    happened(`close ${guest.peer}`);
    setGuests((guests) => guests.filter((other) => other !== guest));
  }
  const received = (remote, event) => setLog((log) => [...log, `${remote}: ${event.data}`]);
  function send() {
    if (outgoing.current?.state === 'open') outgoing.current.send(words);
    for (const guest of guests) guest.send(words);
  }

  return (
    <peer-node server={server} defer-hydration={!bound} config={bound ? config : undefined} keep-id={keep} onpeer-state={(event) => setState(event.state)}
      onpeer-open={(event) => setMe(event.id)} onpeer-connection={add}>
      <h1>Room</h1>
      <output id="state">{state}</output>
      <output id="me">{me}</output>
      <button id="count" onClick={() => setCount(count + 1)}>{count}</button>
      <button id="reverse" onClick={() => setGuests(guests.toReversed())}>Reverse</button>

      <input id="to" value={to} onChange={(event) => setTo(event.target.value)} />
      <input id="name" value={name} onChange={(event) => setName(event.target.value)} />
      <input id="label" value={label} onChange={(event) => setLabel(event.target.value)} />
      <input id="max" value={max} onChange={(event) => setMax(event.target.value)} />
      <input id="retry" type="checkbox" checked={retry} onChange={(event) => setRetry(event.target.checked)} />
      <input id="calling" type="checkbox" checked={calling} onChange={(event) => setCalling(event.target.checked)} />
      <output id="call-state">{callState}</output>
      {calling && (
        <peer-channel id="outgoing" ref={outgoing} defer-hydration={!bound} to={to} label={label || undefined}
          metadata={bound ? { name, at: [1, 2] } : undefined} maxBytes={max === '' ? undefined : Number(max)} retry={retry}
          data-count={count}
          onchannel-state={(event) => setCallState(event.state)} onchannel-open={(event) => happened(`open ${event.remoteId}`)}
          onchannel-data={(event) => received(event.target.remoteId, event)}
          onchannel-close={(event) => happened(`close ${event.remoteId}`)} />
      )}

      <ul id="guests">
        {guests.map((guest) => (
          <li key={guest.connectionId} data-peer={guest.peer}>
            {guest.metadata.name} {count}
            <peer-channel connection={guest} onchannel-open={() => happened(`open ${guest.peer}`)}
              onchannel-data={(event) => received(guest.peer, event)} onchannel-close={() => drop(guest)} />
          </li>
        ))}
      </ul>

      <input id="words" value={words} onChange={(event) => setWords(event.target.value)} />
      <button id="send" onClick={send}>Send</button>
      <ol id="log">{log.map((line, index) => <li key={index}>{line}</li>)}</ol>
      <ol id="events">{events.map((line, index) => <li key={index}>{line}</li>)}</ol>

      <input id="keep" type="checkbox" checked={keep} onChange={(event) => setKeep(event.target.checked)} />
      <input id="engine" type="checkbox" checked={engine} onChange={(event) => setEngine(event.target.checked)} />
      {engine && <Engine server={server} />}
    </peer-node>
  );
}
