/** What an Angular app writes: it need only compile. Angular leaves the tags themselves to CUSTOM_ELEMENTS_SCHEMA. */
import 'peer-elements/define';
import { CUSTOM_ELEMENTS_SCHEMA, Component, signal } from '@angular/core';
import type { ChannelDataEvent, DataConnection, PeerConnectionEvent, PeerStateEvent } from 'peer-elements';

@Component({
  selector: 'app-room',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <peer-node server="/peerjs" (peer-state)="show($event)" (peer-connection)="add($event)">
      @for (c of guests(); track c.connectionId) {
        <peer-channel [connection]="c" (channel-data)="received(c, $event)" (channel-close)="drop(c)"></peer-channel>
      }
    </peer-node>
  `,
})
export class Room {
  readonly guests = signal<DataConnection[]>([]);
  readonly state = signal<PeerStateEvent['state']>('idle');

  show({ state }: PeerStateEvent): void {
    this.state.set(state);
  }

  add(event: PeerConnectionEvent): void {
    const connection = event.take();
    this.guests.update((guests) => [...guests, connection]);
  }

  drop(connection: DataConnection): void {
    this.guests.update((guests) => guests.filter((other) => other !== connection));
  }

  received(connection: DataConnection, event: ChannelDataEvent): void {
    console.log(connection.peer, event.data);
  }

  wrong(event: PeerConnectionEvent): void {
    // @ts-expect-error its name is remoteId
    console.log(event.peer);
    // @ts-expect-error no state of a node
    this.state.set('waiting');
  }
}
