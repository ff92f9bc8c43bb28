/** How long the event that a channel is open may lag behind what the browser says of it, in ms. */
const LAG = 1_000;

/** What becomes of a channel that the remote has opened. */
export interface AnnouncedOwner {
  /** It can be sent on. Called once, in a later task; by the end of the call the channel has its handlers. */
  open(): void;
  /** The browser has missed that it is open, and will never let it send: it is to be closed. */
  missed(): void;
}

/**
 * Opens a channel that the remote has opened, once what is sent on it is sure to leave.
 *
 * Chromium (156) tells of such a channel one step too early. Its thread for signaling has the page told of it first, and then has its
 * thread for the network let it send. A page that is faster than that second step sends on a channel that the network does not know as
 * open: the message is dropped, and nobody is told. Statistics are asked for by way of both threads, in this order, so once they are
 * there that step is over. What comes over the channel says as much. Now and then the page is not told of the opening
 * at all: that shows in the statistics, too. See docs/decisions/0020.
 *
 * @param connection the RTCPeerConnection on which it came.
 * @returns opens it at once, if it is open: for who knows in another way that it can send.
 */
export function openAnnounced(channel: RTCDataChannel, connection: RTCPeerConnection, owner: AnnouncedOwner): () => void {
  let sure = false;
  let done = false;
  const openNow = (): void => {
    if (done || channel.readyState !== 'open') return;
    done = true;
    owner.open();
  };
  const look = (): void => {
    if (sure) openNow();
  };
  const settled = (missed: boolean): void => {
    sure = true;
    look();
    if (!missed) return;
    setTimeout(() => {
      if (channel.readyState === 'connecting') owner.missed();
    }, LAG);
  };
  channel.onopen = look;
  openOnMessage(channel, openNow);
  connection.getStats().then(
    (report) => settled(channel.readyState === 'connecting' && isOpenIn(report, channel)),
    () => settled(false), // The RTCPeerConnection is closed, and so is the channel.
  );
  return openNow;
}

/** Opens a channel at its first message too, which goes to whom the opening has made the channel's handler. */
export function openOnMessage(channel: RTCDataChannel, open: () => void): void {
  const receive = (event: MessageEvent): void => {
    try {
      open();
    } finally {
      if (channel.onmessage !== receive) channel.onmessage?.call(channel, event);
    }
  };
  channel.onmessage = receive;
}

function isOpenIn(report: RTCStatsReport, channel: RTCDataChannel): boolean {
  let found = false;
  report.forEach(({ type, dataChannelIdentifier, state }: Record<string, unknown>) => {
    found ||= type === 'data-channel' && dataChannelIdentifier === channel.id && state === 'open';
  });
  return found;
}
