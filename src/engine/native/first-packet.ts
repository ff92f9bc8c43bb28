/** How long a channel of the remote may stay silent before it is closed, in ms. */
const FIRST_PACKET_TIMEOUT = 10_000;

/**
 * Waits for what a channel of the remote begins with, which tells what it is for. A channel that stays silent is closed.
 * @param receive takes the packet; the channel has no handlers then.
 * @param over is called when the channel has closed before.
 * @returns gives up: idempotent, and leaves the channel to the caller.
 */
export function awaitFirstPacket(
  channel: RTCDataChannel,
  receive: (packet: ArrayBuffer | string) => void,
  over: () => void,
): () => void {
  const stop = (): void => {
    clearTimeout(timer);
    channel.onmessage = channel.onclose = null;
  };
  const timer = setTimeout(() => {
    stop();
    channel.close();
    over();
  }, FIRST_PACKET_TIMEOUT);
  channel.binaryType = 'arraybuffer';
  channel.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
    stop();
    receive(data);
  };
  channel.onclose = () => {
    stop();
    over();
  };
  return stop;
}

/** Closes a channel that nobody wants to hear of any more. */
export function closeQuietly(channel: RTCDataChannel): void {
  channel.onopen = channel.onmessage = channel.onclose = null;
  channel.close();
}
