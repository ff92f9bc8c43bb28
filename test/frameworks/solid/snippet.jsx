import 'peer-elements/define';
import { For, createSignal } from 'solid-js';

export function Snippet() {
  const [guests, setGuests] = createSignal([]);
  const add = (event) => setGuests([...guests(), event.take()]);
  const drop = (guest) => setGuests(guests().filter((other) => other !== guest));
  return (
    <peer-node server="/peerjs" on:peer-connection={add}>
      <For each={guests()}>
        {(guest) => (
          <peer-channel prop:connection={guest} on:channel-data={(event) => console.log(guest.peer, event.data)}
            on:channel-close={() => drop(guest)} />
        )}
      </For>
    </peer-node>
  );
}
