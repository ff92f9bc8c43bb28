import 'peer-elements/define';
import { useState } from 'react';

export function Snippet() {
  const [guests, setGuests] = useState([]);
  function add(event) {
    const guest = event.take();
    setGuests((guests) => [...guests, guest]);
  }
  const drop = (guest) => setGuests((guests) => guests.filter((other) => other !== guest));
  return (
    <peer-node server="/peerjs" onpeer-connection={add}>
      {guests.map((guest) => (
        <peer-channel key={guest.connectionId} connection={guest}
          onchannel-data={(event) => console.log(guest.peer, event.data)} onchannel-close={() => drop(guest)} />
      ))}
    </peer-node>
  );
}
