import { StrictMode, useEffect, useState } from 'react';
import { App } from './App.jsx';

/** The app as it is rendered on a server: the elements are defined once React has hydrated, and what they are bound to comes with the next render. */
export function Served({ query }) {
  const [defined, setDefined] = useState(false);
  useEffect(() => void import('peer-elements/define').then(() => setDefined(true)), []);
  return <StrictMode><App query={query} defined={defined} /></StrictMode>;
}
