import 'peer-elements/define';
import { StrictMode, useEffect, useState } from 'react';
import { App } from './App.jsx';

/** The app as it is rendered on a server. React binds with the first render after it has hydrated: until then the elements wait. */
export function Served({ query }) {
  const [bound, setBound] = useState(false);
  useEffect(() => setBound(true), []);
  return <StrictMode><App query={query} bound={bound} /></StrictMode>;
}
