// @ts-check
/** Each of these has to be refused. */
import 'peer-elements/define';

const node = document.querySelector('peer-node');
// @ts-expect-error misspelt
node?.addEventListener('peer-state', (event) => event.newState);
// @ts-expect-error a wrong value
document.createElement('peer-node').peerId = 9000;
// @ts-expect-error a method that there is not
node?.start();
// @ts-expect-error what there is no tag for
document.createElement('peer-node').channels[0].node = 3;
