import { renderToString } from 'preact-render-to-string';
import { Served } from './Served.jsx';

export const render = (query) => `<main>${renderToString(<Served query={query} />)}</main>`;
