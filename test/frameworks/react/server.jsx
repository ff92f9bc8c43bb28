import { renderToString } from 'react-dom/server';
import { Served } from './Served.jsx';

export const render = (query) => renderToString(<Served query={query} />);
