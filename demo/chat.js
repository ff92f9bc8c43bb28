/**
 * A chat between two people. `<peer-node>` and `<peer-channel>`, in chat.html, do the networking: this script tells the
 * channel whom to call, shows what comes and sends what is typed. What shows in which state is up to demo.css.
 */
import '../dist/cdn/peer-elements.js';
import { MAX_MESSAGE_FILE, fileIn, sizeInWords } from './chat-files.js';
import { showNote, showText } from './chat-list.js';
import { showFile, showIncoming, showOutgoing, showProgress } from './chat-transfers.js';
import { statusInWords } from './chat-words.js';

const $ = (id) => document.getElementById(id);
const node = document.querySelector('peer-node');
const channel = document.querySelector('peer-channel');

// Whom to call: chat.html#peer=… names a friend. Without it the channel waits to be called.
function callFriend() {
  channel.to = new URLSearchParams(location.hash.slice(1)).get('peer');
}
addEventListener('hashchange', callFriend);
callFriend();

// My id, and the link by which a friend calls me.
node.addEventListener('peer-open', ({ id }) => {
  $('my-id').textContent = id;
  $('link').value = new URL(`#peer=${encodeURIComponent(id)}`, location.href).href;
});

// How it stands.
function showStatus() {
  const words = statusInWords(node, channel);
  if ($('status').textContent !== words) $('status').textContent = words;
  // What is sent while the network is away goes when it is back.
  $('files').disabled = $('send').disabled = channel.state !== 'open' && channel.state !== 'interrupted';
}
for (const type of ['peer-state', 'peer-error', 'channel-state', 'channel-error']) node.addEventListener(type, showStatus);
showStatus();

channel.addEventListener('channel-state', ({ state, oldState }) => {
  if (state === 'interrupted') showNote('The network is lost. What you write goes when it is back.');
  else if (state === 'open' && oldState === 'interrupted') showNote('The network is back.');
  else if (state === 'open') showNote('Your friend is here. Say hello, or send a file.');
  else if (oldState === 'open' || oldState === 'interrupted') showNote('Your friend has left.');
});
channel.addEventListener('channel-error', ({ error }) => {
  if (channel.state === 'open') showNote(`That did not work: ${error.message}`);
});

$('retry').addEventListener('click', () => {
  node.open();
  if (channel.to) channel.connect();
});

// Files come and go as transfers, beside the messages.
channel.addEventListener('channel-transfer', ({ transfer }) => showIncoming(transfer));
channel.addEventListener('channel-progress', ({ transfer }) => showProgress(transfer));

// What comes as a message: text, a file of a program without transfers, or whatever another program sends. It is shown as text, never as markup.
channel.addEventListener('channel-data', ({ data }) => {
  const file = fileIn(data);
  if (file) showFile('Friend', file);
  else showText('Friend', typeof data === 'string' ? data : JSON.stringify(data));
});

// What goes.
$('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const words = $('text').value;
  if (!words.trim() || channel.state !== 'open') return;
  channel.send(words);
  showText('You', words);
  $('text').value = '';
});

async function sendFiles(list) {
  for (const file of [...list]) {
    const { name, size } = file;
    const asMessage = channel.profile !== 'native';
    if (channel.state !== 'open') showNote(`${name} was not sent: nobody is here yet.`);
    else if (asMessage && size > MAX_MESSAGE_FILE) {
      showNote(`${name} was not sent: it has ${sizeInWords(size)}, and your friend’s program takes ${sizeInWords(MAX_MESSAGE_FILE)}.`);
    } else {
      const transfer = channel.transfer(file);
      showOutgoing(transfer, file, { stoppable: !asMessage });
      // One message in memory at a time.
      if (asMessage) await transfer.finished.catch(() => undefined);
    }
  }
}
$('files').addEventListener('change', ({ target }) => {
  void sendFiles(target.files);
  target.value = ''; // So that the same file can be chosen again.
});
for (const type of ['dragover', 'dragleave', 'drop']) {
  addEventListener(type, (event) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    document.body.classList.toggle('dropping', type === 'dragover');
    if (type === 'drop') void sendFiles(event.dataTransfer.files);
  });
}

// The link: copied, or shared where the device can.
$('copy').addEventListener('click', async ({ target }) => {
  try {
    await navigator.clipboard.writeText($('link').value);
  } catch {
    // The old way: a page that came over plain HTTP has no clipboard.
    $('link').select();
    document.execCommand('copy');
    target.focus();
  }
  target.textContent = 'Copied';
  setTimeout(() => (target.textContent = 'Copy'), 2000);
});
$('share').hidden = !navigator.share;
$('share').addEventListener('click', () => {
  // Rejects where the person thinks better of it.
  navigator.share({ title: document.title, url: $('link').value }).catch(() => undefined);
});
