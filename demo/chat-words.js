/** How it stands with a node and its channel, in words that say what to do. */

/** By an error's type. Any other error's message will do: it says what to do as well. */
const PROBLEMS = {
  'browser-incompatible': 'This browser cannot connect to others. Please use a current one.',
  'network': 'The server cannot be reached. Check your network, then try again.',
  'negotiation-failed': 'No way was found between your two networks. Try again, or from another network.',
  'peer-unavailable': 'This link is no longer live: its page was closed or reloaded. Ask your friend for a new link.',
  'refused': 'Your friend is busy: this link is for one visitor at a time. Try again later, or ask for a new link.',
  'server-error': 'The server does not let this page in. Try again later. (Is this site yours? It needs a PeerServer at /peerjs.)',
  'timeout': 'Your friend’s page does not answer. Ask whether it is still open, then try again.',
};

export function statusInWords(node, channel) {
  if (channel.state === 'open') {
    return node.state === 'open' ? 'Connected with your friend.' : 'Connected. The server is out of reach, but this chat goes on.';
  }
  if (channel.state === 'interrupted') return 'The network is lost. Reconnecting …';
  if (node.state === 'closed' || node.state === 'disconnected') return problem(node.error, 'This page is not connected. Try again.');
  if (node.state !== 'open') return 'Connecting to the server …';
  if (channel.state === 'waiting') return 'Waiting for a friend to open your link.';
  if (channel.state === 'closed') return problem(channel.error, 'Your friend has left, or is busy.');
  return 'Calling your friend …';
}

function problem(error, otherwise) {
  return error ? (PROBLEMS[error.type] ?? error.message) : otherwise;
}
