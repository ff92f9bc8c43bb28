import 'peer-elements/define';
import { useEffect, useState } from 'preact/hooks';
import { App } from './App.jsx';

/** The app as it is rendered on a server. Preact binds with the first render after it has hydrated: until then the elements wait. */
export function Served({ query }) {
  const [bound, setBound] = useState(false);
  useEffect(() => setBound(true), []);
  return <App query={query} bound={bound} />;
}
