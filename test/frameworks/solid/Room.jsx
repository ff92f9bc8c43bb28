import 'peer-elements/define';
import { For, Show, createSignal } from 'solid-js';
import { Engine } from './Engine.jsx';

export function Room({ query }) {
  const server = query.get('server') ?? '/peerjs';
  const config = { iceServers: [] };
  const [state, setState] = createSignal('idle');
  const [me, setMe] = createSignal('');
  const [count, setCount] = createSignal(0);
  const [to, setTo] = createSignal(query.get('to') ?? '');
  const [name, setName] = createSignal(query.get('name') ?? 'nobody');
  const [label, setLabel] = createSignal('');
  const [max, setMax] = createSignal('');
  const [retry, setRetry] = createSignal(false);
  const [calling, setCalling] = createSignal(query.has('to'));
  const [callState, setCallState] = createSignal('');
  const [words, setWords] = createSignal('');
  const [keep, setKeep] = createSignal(false);
  const [engine, setEngine] = createSignal(false);
  const [guests, setGuests] = createSignal([]);
  const [log, setLog] = createSignal([]);
  const [events, setEvents] = createSignal([]);
  let outgoing;

  const add = (event) => setGuests([...guests(), event.take()]);
  const happened = (line) => setEvents((events) => [...events, line]);
  function drop(guest) {
    happened(`close ${guest.peer}`);
    setGuests((guests) => guests.filter((other) => other !== guest));
  }
  const received = (remote, event) => setLog((log) => [...log, `${remote}: ${event.data}`]);
  function send() {
    if (calling() && outgoing.state === 'open') outgoing.send(words());
    for (const guest of guests()) guest.send(words());
  }

  return (
    <peer-node server={server} prop:config={config} keep-id={keep()} on:peer-state={(event) => setState(event.state)}
      on:peer-open={(event) => setMe(event.id)} on:peer-connection={add}>
      <h1>Room</h1>
      <output id="state">{state()}</output>
      <output id="me">{me()}</output>
      <button id="count" onClick={() => setCount(count() + 1)}>{count()}</button>
      <button id="reverse" onClick={() => setGuests(guests().toReversed())}>Reverse</button>

      <input id="to" value={to()} onInput={(event) => setTo(event.target.value)} />
      <input id="name" value={name()} onInput={(event) => setName(event.target.value)} />
      <input id="label" value={label()} onInput={(event) => setLabel(event.target.value)} />
      <input id="max" value={max()} onInput={(event) => setMax(event.target.value)} />
      <input id="retry" type="checkbox" checked={retry()} onChange={(event) => setRetry(event.target.checked)} />
      <input id="calling" type="checkbox" checked={calling()} onChange={(event) => setCalling(event.target.checked)} />
      <output id="call-state">{callState()}</output>
      <Show when={calling()}>
        <peer-channel id="outgoing" ref={outgoing} to={to()} prop:label={label() || undefined}
          prop:metadata={{ name: name(), at: [1, 2] }} prop:maxBytes={max() === '' ? undefined : Number(max())}
          prop:retry={retry()} attr:data-count={count()}
          on:channel-state={(event) => setCallState(event.state)} on:channel-open={(event) => happened(`open ${event.remoteId}`)}
          on:channel-data={(event) => received(event.target.remoteId, event)}
          on:channel-close={(event) => happened(`close ${event.remoteId}`)} />
      </Show>

      <ul id="guests">
        <For each={guests()}>
          {(guest) => (
            <li data-peer={guest.peer}>
              {guest.metadata.name} {count()}
              <peer-channel prop:connection={guest} on:channel-open={() => happened(`open ${guest.peer}`)}
                on:channel-data={(event) => received(guest.peer, event)} on:channel-close={() => drop(guest)} />
            </li>
          )}
        </For>
      </ul>

      <input id="words" value={words()} onInput={(event) => setWords(event.target.value)} />
      <button id="send" onClick={send}>Send</button>
      <ol id="log"><For each={log()}>{(line) => <li>{line}</li>}</For></ol>
      <ol id="events"><For each={events()}>{(line) => <li>{line}</li>}</For></ol>

      <input id="keep" type="checkbox" checked={keep()} onChange={(event) => setKeep(event.target.checked)} />
      <input id="engine" type="checkbox" checked={engine()} onChange={(event) => setEngine(event.target.checked)} />
      <Show when={engine()}><Engine server={server} /></Show>
    </peer-node>
  );
}
