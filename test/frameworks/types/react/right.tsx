/** What a React app writes: it need only compile. */
import type {} from 'peer-elements/react';
import { useRef, useState } from 'react';
import type { ChannelDataEvent, DataConnection, PeerChannel, PeerNode } from 'peer-elements';

export function Room({ guest }: { guest: string | null }) {
  const [guests, setGuests] = useState<DataConnection[]>([]);
  const node = useRef<PeerNode>(null);
  const received = (event: ChannelDataEvent): void => console.log(event.data);
  return (
    <peer-node
      ref={node}
      key="me"
      id="me"
      className="room"
      server="/peerjs"
      peer-id="ann"
      keep-id={false}
      manual={false}
      options={{ debug: 2 }}
      config={{ iceServers: [] }}
      iceServers={async () => []}
      ice-servers='[{"urls": "stun:stun.example"}]'
      onpeer-state={(event) => event.state === 'open' && event.currentTarget.open()}
      onpeer-connection={(event) => {
        const connection = event.take();
        setGuests((old) => [...old, connection]);
      }}
      onpeer-connectionCapture={(event) => event.remoteId}
      onchannel-error={({ error }) => console.warn(error.type)}
      onClick={() => node.current?.open()}
    >
      {guests.map((connection) => (
        <peer-channel key={connection.connectionId} connection={connection} onchannel-data={received} onchannel-close={(event) => event.reason} />
      ))}
      <peer-channel
        ref={(channel: PeerChannel | null) => void channel?.flush()}
        to={guest}
        node={node.current}
        metadata={{ nick: 'Ann' }}
        lanes={2}
        max-bytes="1000"
        maxBytes={1000}
        retry={true}
        listen={undefined}
      />
      <peer-invite id="invite" href="#peer" qr oninvite-copy={(event) => event.url.length}>
        <a>Link</a>
        <button type="button" command="--copy" commandfor="invite">Copy</button>
      </peer-invite>
      <form data-peer-send="" data-peer-when="state=open">
        <input name="name" data-peer-keep="" />
      </form>
      <template data-peer-each="message" data-peer-max={20}></template>
    </peer-node>
  );
}
