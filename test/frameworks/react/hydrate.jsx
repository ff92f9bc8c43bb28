import { hydrateRoot } from 'react-dom/client';
import { Served } from './Served.jsx';
import { Listening } from './listening.jsx';

const query = new URLSearchParams(location.search);
hydrateRoot(document.querySelector('main'), query.has('listening') ? <Listening /> : <Served query={query} />);
