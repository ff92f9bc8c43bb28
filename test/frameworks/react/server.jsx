import { renderToString } from 'react-dom/server';
import { Served } from './Served.jsx';
import { Listening } from './listening.jsx';

export const render = (query) => `<main>${renderToString(query.has('listening') ? <Listening /> : <Served query={query} />)}</main>`;
