// @ts-check
/** What JavaScript with JSDoc writes: it need only compile. */
import 'peer-elements/define';

/** @typedef {import('peer-elements').PeerChannel<{ text: string }>} Chat */

const node = document.querySelector('peer-node');
node?.addEventListener('peer-state', (event) => console.log(event.state, event.oldState));

const chat = /** @type {Chat} */ (document.createElement('peer-channel'));
chat.addEventListener('channel-data', ({ data }) => data.text.length);
void chat.send({ text: 'Hello' });

/** @param {import('peer-elements').PeerConnectionEvent} event */
export function add(event) {
  chat.connection = event.take();
}
