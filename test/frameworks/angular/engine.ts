import { Component, Input, type OnDestroy, type OnInit, signal } from '@angular/core';
import { type DataConnection, Peer } from 'peer-elements/engine';

@Component({
  selector: 'app-engine',
  template: `
    <section>
      <output id="engine-me">{{ me() }}</output>
      <input id="engine-to" [value]="to()" (input)="to.set($any($event.target).value)">
      <button id="engine-call" (click)="call()">Call</button>
      <output id="engine-count">{{ connections().length }}</output>
      <input id="engine-words" [value]="words()" (input)="words.set($any($event.target).value)">
      <button id="engine-send" (click)="send()">Send</button>
      <ol id="engine-log">@for (line of log(); track $index) {<li>{{ line }}</li>}</ol>
    </section>
  `,
})
export class Engine implements OnInit, OnDestroy {
  @Input({ required: true }) server!: string;
  peer = signal<Peer | undefined>(undefined);
  connections = signal<DataConnection[]>([]);
  me = signal('');
  to = signal('');
  words = signal('');
  log = signal<string[]>([]);

  ngOnInit() {
    const { hostname, port, pathname } = new URL(this.server, location.href);
    this.peer.set(new Peer({ host: hostname, port: Number(port), path: pathname, config: { iceServers: [] } }));
    this.peer()?.on('open', (id) => this.me.set(id));
    this.peer()?.on('connection', (connection) => this.add(connection));
  }
  ngOnDestroy() {
    this.peer()?.destroy();
  }
  add(connection: DataConnection) {
    connection.on('open', () => this.connections.update((connections) => [...connections, connection]));
    connection.on('data', (data) => this.log.update((log) => [...log, `${connection.peer}: ${String(data)}`]));
  }
  call() {
    const connection = this.peer()?.connect(this.to());
    if (connection) this.add(connection);
  }
  send() {
    for (const connection of this.connections()) connection.send(this.words());
  }
}
