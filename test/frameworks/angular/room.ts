import 'peer-elements/define';
import { CUSTOM_ELEMENTS_SCHEMA, Component, DOCUMENT, ElementRef, ViewChild, computed, inject, signal } from '@angular/core';
import type { ChannelDataEvent, PeerChannel, PeerConnectionEvent } from 'peer-elements';
import type { DataConnection } from 'peer-elements/engine';
import { Engine } from './engine';

@Component({
  selector: 'app-room',
  imports: [Engine],
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <peer-node [attr.server]="server" [config]="config" [keepId]="keep()" (peer-state)="state.set($event.state)"
      (peer-open)="me.set($event.id)" (peer-connection)="add($event)">
      <h1>Room</h1>
      <output id="state">{{ state() }}</output>
      <output id="me">{{ me() }}</output>
      <button id="count" (click)="count.set(count() + 1)">{{ count() }}</button>
      <button id="reverse" (click)="guests.set(guests().toReversed())">Reverse</button>

      <input id="to" [value]="to()" (input)="to.set($any($event.target).value)">
      <input id="name" [value]="name()" (input)="name.set($any($event.target).value)">
      <input id="label" [value]="label()" (input)="label.set($any($event.target).value)">
      <input id="max" [value]="max()" (input)="max.set($any($event.target).value)">
      <input id="retry" type="checkbox" [checked]="retry()" (change)="retry.set($any($event.target).checked)">
      <input id="calling" type="checkbox" [checked]="calling()" (change)="calling.set($any($event.target).checked)">
      <output id="call-state">{{ callState() }}</output>
      @if (calling()) {
        <peer-channel #outgoing id="outgoing" [attr.to]="to()" [label]="label() || undefined" [metadata]="metadata()"
          [maxBytes]="max() === '' ? undefined : +max()" [retry]="retry()" [attr.data-count]="count()"
          (channel-state)="callState.set($event.state)" (channel-open)="happened('open ' + $event.remoteId)"
          (channel-data)="received($any($event.target).remoteId, $event)"
          (channel-close)="happened('close ' + $event.remoteId)"></peer-channel>
      }

      <ul id="guests">
        @for (guest of guests(); track guest.connectionId) {
          <li [attr.data-peer]="guest.peer">
            {{ nameOf(guest) }} {{ count() }}
            <peer-channel [connection]="guest" (channel-open)="happened('open ' + guest.peer)"
              (channel-data)="received(guest.peer, $event)" (channel-close)="drop(guest)"></peer-channel>
          </li>
        }
      </ul>

      <input id="words" [value]="words()" (input)="words.set($any($event.target).value)">
      <button id="send" (click)="send()">Send</button>
      <ol id="log">@for (line of log(); track $index) {<li>{{ line }}</li>}</ol>
      <ol id="events">@for (line of events(); track $index) {<li>{{ line }}</li>}</ol>

      <input id="keep" type="checkbox" [checked]="keep()" (change)="keep.set($any($event.target).checked)">
      <input id="engine" type="checkbox" [checked]="engine()" (change)="engine.set($any($event.target).checked)">
      @if (engine()) {
        <app-engine [server]="server" />
      }
    </peer-node>
  `,
})
export class Room {
  readonly query = new URLSearchParams(inject(DOCUMENT).location.search);
  readonly server = this.query.get('server') ?? '/peerjs';
  readonly config = { iceServers: [] };
  state = signal('idle');
  me = signal('');
  count = signal(0);
  to = signal(this.query.get('to') ?? '');
  name = signal(this.query.get('name') ?? 'nobody');
  label = signal('');
  max = signal('');
  retry = signal(false);
  calling = signal(this.query.has('to'));
  callState = signal('');
  words = signal('');
  keep = signal(false);
  engine = signal(false);
  guests = signal<DataConnection[]>([]);
  log = signal<string[]>([]);
  events = signal<string[]>([]);
  metadata = computed(() => ({ name: this.name(), at: [1, 2] }));
  @ViewChild('outgoing') outgoing?: ElementRef<PeerChannel>;

  add(event: PeerConnectionEvent) {
    const guest = event.take();
    this.guests.update((guests) => [...guests, guest]);
  }
  drop(guest: DataConnection) {
    this.happened(`close ${guest.peer}`);
    this.guests.update((guests) => guests.filter((other) => other !== guest));
  }
  happened(line: string) {
    this.events.update((events) => [...events, line]);
  }
  received(remote: string, event: ChannelDataEvent) {
    this.log.update((log) => [...log, `${remote}: ${event.data}`]);
  }
  nameOf(guest: DataConnection) {
    return (guest.metadata as { name: string }).name;
  }
  send() {
    const outgoing = this.outgoing?.nativeElement;
    if (outgoing?.state === 'open') outgoing.send(this.words());
    for (const guest of this.guests()) guest.send(this.words());
  }
}
