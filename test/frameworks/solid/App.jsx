import { Show, createSignal } from 'solid-js';
import { Room } from './Room.jsx';

export function App(props) {
  const [open, setOpen] = createSignal(true);
  return (
    <>
      <button id="open" onClick={() => setOpen(!open())}>Open or close</button>
      <Show when={open()}><Room query={props.query} /></Show>
    </>
  );
}
