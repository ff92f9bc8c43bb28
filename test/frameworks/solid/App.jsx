import { Show, createSignal } from 'solid-js';
import { Room } from './Room.jsx';

export function App() {
  const [open, setOpen] = createSignal(true);
  return (
    <>
      <button id="open" onClick={() => setOpen(!open())}>Open or close</button>
      <Show when={open()}><Room /></Show>
    </>
  );
}
