/** Each of these has to be refused. */
import type {} from 'peer-elements/preact';
import { useRef } from 'preact/hooks';
import type { ChannelDataEvent, PeerChannel } from 'peer-elements';

export function Wrong() {
  const channel = useRef<PeerChannel>(null);
  return (
    <>
      {/* @ts-expect-error a wrong value */}
      <peer-node server={9000} />
      {/* @ts-expect-error JSON as a text, which Preact makes the property of */}
      <peer-node options='{"debug": 2}' />
      {/* @ts-expect-error an object, which Preact makes the text "[object Object]" of */}
      <peer-node ice-servers={[{ urls: 'stun:stun.example' }]} />
      {/* @ts-expect-error a wrong value */}
      <peer-node keep-id={1} />
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
      <peer-node onpeer-state={(event: ChannelDataEvent) => event.data} />
      {/* @ts-expect-error what the event does not have */}
      <peer-node onpeer-open={(event) => event.remoteId} />
      {/* @ts-expect-error no state of a channel */}
      <peer-channel onchannel-state={(event) => event.state === 'disconnected'} />
      {/* @ts-expect-error it stands for the id of a channel: Preact writes "true" */}
      <form data-peer-send />
      {/* @ts-expect-error neither of the two */}
      <template data-peer-each="messages" />
      {/* @ts-expect-error a wrong value */}
      <button command={1} />
    </>
  );
}
