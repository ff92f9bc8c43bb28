import './room.js';
import { LitElement, html } from 'lit';

const config = { iceServers: [] };

/** A node in the shadow root of an element that binds it, and that is defined after it. */
export class InnerRoom extends LitElement {
  static properties = {
    /** What has become of the node, for all to see. */
    states: { reflect: true },
  };

  constructor() {
    super();
    this.states = '';
  }

  render() {
    return html`
      <peer-node server="/peerjs" .config=${config} @peer-state=${(event) => (this.states += `${event.oldState} ${event.state} `)}>
        <peer-channel listen></peer-channel>
        <slot></slot>
      </peer-node>
    `;
  }
}

customElements.define('inner-room', InnerRoom);
