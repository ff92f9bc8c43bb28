import { useState } from 'react';
import { Room } from './Room.jsx';

export function App({ query, bound }) {
  const [open, setOpen] = useState(true);
  return (
    <>
      <button id="open" onClick={() => setOpen(!open)}>Open or close</button>
      {open && <Room query={query} bound={bound} />}
    </>
  );
}
