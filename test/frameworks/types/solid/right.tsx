/** What a Solid app writes: it need only compile. */
import type {} from 'peer-elements/solid';
import { For, createSignal } from 'solid-js';
import type { ChannelDataEvent, DataConnection, PeerChannel, PeerNode } from 'peer-elements';

export function Room(props: { guest: string | null }) {
  const [guests, setGuests] = createSignal<DataConnection[]>([]);
  let node: PeerNode | undefined;
  const received = (event: ChannelDataEvent): void => console.log(event.data);
  return (
    <main on:peer-error={({ error }) => console.warn(error.type)}>
      <peer-node
        ref={node}
        id="me"
        class="room"
        server="/peerjs"
        peer-id="ann"
        keep-id
        keepId={false}
        manual={false}
        options={{ debug: 2 }}
        prop:config={{ iceServers: [] }}
        ice-servers={async () => []}
        on:peer-state={(event) => event.state === 'open' && event.currentTarget.open()}
        on:peer-connection={(event) => {
          const connection = event.take();
          setGuests((old) => [...old, connection]);
        }}
        on:peer-open={{ once: true, handleEvent: (event) => event.id.length }}
        onClick={() => node?.open()}
      >
        <For each={guests()}>
          {(connection) => <peer-channel connection={connection} on:channel-data={received} on:channel-close={(event) => event.reason} />}
        </For>
        <peer-channel
          ref={(channel: PeerChannel) => void channel.flush()}
          to={props.guest}
          node={node ?? null}
          metadata={{ nick: 'Ann' }}
          lanes={2}
          max-bytes={1000}
          maxBytes={1000}
          retry={true}
          listen={undefined}
        />
        <peer-invite id="invite" href="#peer" qr on:invite-copy={(event) => event.url.length}>
          <a>Link</a>
          <button type="button" command="--copy" commandfor="invite">Copy</button>
        </peer-invite>
        <form data-peer-send data-peer-when="state=open">
          <input name="name" data-peer-keep="" />
        </form>
        <template data-peer-each="message" data-peer-max={20}></template>
      </peer-node>
    </main>
  );
}
