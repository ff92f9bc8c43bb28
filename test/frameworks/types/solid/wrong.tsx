/** Each of these has to be refused. */
import type {} from 'peer-elements/solid';
import type { ChannelDataEvent, PeerChannel } from 'peer-elements';

export function Wrong() {
  let channel: PeerChannel | undefined;
  return (
    <>
      {/* @ts-expect-error a wrong value */}
      <peer-node server={9000} />
      {/* @ts-expect-error JSON as a text, of which Solid may make the property */}
      <peer-node options='{"debug": 2}' />
      {/* @ts-expect-error Solid makes the property of it */}
      <peer-node ice-servers={'[]' as string} />
      {/* @ts-expect-error a wrong value */}
      <peer-node prop:config={3} />
      {/* @ts-expect-error an empty text is false as a property */}
      <peer-node manual="" />
      {/* @ts-expect-error a misspelt property */}
      <peer-node sevrer="/peerjs" />
      {/* @ts-expect-error one of another element */}
      <peer-node to="ann" />
      {/* @ts-expect-error read-only */}
      <peer-node state="open" />
      {/* @ts-expect-error a method */}
      <peer-channel send={() => undefined} />
      {/* @ts-expect-error a wrong value */}
      <peer-channel lanes="two" />
      {/* @ts-expect-error another element's */}
      <peer-node ref={channel} />
      {/* @ts-expect-error a connection is none */}
      <peer-channel connection="ann" />
      {/* @ts-expect-error another event */}
      <peer-node on:peer-state={(event: ChannelDataEvent) => event.data} />
      {/* @ts-expect-error what the event does not have */}
      <peer-node on:peer-open={(event) => event.remoteId} />
      {/* @ts-expect-error no state of a channel */}
      <peer-channel on:channel-state={(event) => event.state === 'disconnected'} />
      {/* @ts-expect-error neither of the two */}
      <template data-peer-each="messages" />
      {/* @ts-expect-error a wrong value */}
      <button command={1} />
    </>
  );
}
