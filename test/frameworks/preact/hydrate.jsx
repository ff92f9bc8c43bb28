import { hydrate } from 'preact';
import { Served } from './Served.jsx';

hydrate(<Served query={new URLSearchParams(location.search)} />, document.querySelector('main'));
