import { hydrateRoot } from 'react-dom/client';
import { Served } from './Served.jsx';

hydrateRoot(document.querySelector('main'), <Served query={new URLSearchParams(location.search)} />);
