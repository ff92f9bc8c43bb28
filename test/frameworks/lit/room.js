import 'peer-elements/define';
import { html } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';

const config = { iceServers: [] };

/** A room with as much of it as is driven on a page that a server has rendered: it is drawn anew for each change of what it shows. */
export class Room {
  #shown = { to: '', state: 'idle', me: '', callState: '', words: '', count: 0, guests: [], log: [] };
  #draw;

  /**
   * @param {URLSearchParams} query
   * @param {(template: import('lit').TemplateResult) => void} [draw]
   */
  constructor(query, draw = () => {}) {
    this.#shown.to = query.get('to') ?? '';
    this.#draw = draw;
  }

  template() {
    const { to, state, me, callState, words, count, guests, log } = this.#shown;
    const received = (event) => this.#show({ log: [...this.#shown.log, `${event.target.remoteId}: ${event.data}`] });
    return html`
      <peer-node server="/peerjs" .config=${config} ?keep-id=${false} @peer-state=${(event) => this.#show({ state: event.state })}
        @peer-open=${(event) => this.#show({ me: event.id })} @peer-connection=${(event) => this.#show({ guests: [...guests, event.take()] })}>
        <h1>Room</h1>
        <output id="state">${state}</output>
        <output id="me">${me}</output>
        <button id="count" @click=${() => this.#show({ count: count + 1 })}>${count}</button>
        <output id="call-state">${callState}</output>
        ${to
          ? html`<peer-channel id="outgoing" to=${to} .metadata=${{ name: 'Ann' }} data-count=${count}
              @channel-state=${(event) => this.#show({ callState: event.state })} @channel-data=${received}></peer-channel>`
          : null}
        <ul id="guests">
          ${repeat(
            guests,
            (guest) => guest.connectionId,
            (guest) => html`
              <li>${guest.metadata.name} ${count} <peer-channel .connection=${guest} @channel-data=${received}></peer-channel></li>
            `,
          )}
        </ul>
        <input id="words" .value=${live(words)} @input=${(event) => this.#show({ words: event.target.value })}>
        <button id="send" @click=${() => this.#send()}>Send</button>
        <ol id="log">${log.map((line) => html`<li>${line}</li>`)}</ol>
      </peer-node>
    `;
  }

  #show(changed) {
    Object.assign(this.#shown, changed);
    this.#draw(this.template());
  }

  #send() {
    for (const channel of document.querySelectorAll('peer-channel')) channel.send(this.#shown.words);
  }
}
