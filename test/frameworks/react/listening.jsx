import 'peer-elements/define';
import { useEffect, useState } from 'react';

const config = { iceServers: [] };

export function Listening() {
  const [bound, setBound] = useState(false);
  const [words, setWords] = useState('Nobody has said anything yet.');
  useEffect(() => setBound(true), []);
  return (
    <peer-node server="/peerjs" defer-hydration={!bound} config={bound ? config : undefined}>
      <peer-channel listen defer-hydration={!bound} onchannel-data={(event) => setWords(event.data)} />
      <p>{words}</p>
    </peer-node>
  );
}
