import 'peer-elements/define';
import { CUSTOM_ELEMENTS_SCHEMA, Component, signal } from '@angular/core';
import type { ChannelDataEvent, PeerConnectionEvent } from 'peer-elements';
import type { DataConnection } from 'peer-elements/engine';

@Component({
  selector: 'app-snippet',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <peer-node server="/peerjs" (peer-connection)="add($event)">
      @for (guest of guests(); track guest.connectionId) {
        <peer-channel [connection]="guest" (channel-data)="received(guest, $event)" (channel-close)="drop(guest)"></peer-channel>
      }
    </peer-node>
  `,
})
export class Snippet {
  guests = signal<DataConnection[]>([]);
  add(event: PeerConnectionEvent) {
    const guest = event.take();
    this.guests.update((guests) => [...guests, guest]);
  }
  drop(guest: DataConnection) {
    this.guests.update((guests) => guests.filter((other) => other !== guest));
  }
  received(guest: DataConnection, event: ChannelDataEvent) {
    console.log(guest.peer, event.data);
  }
}
