import { render } from 'solid-js/web';
import { App } from './App.jsx';
import { Snippet } from './snippet.jsx';

render(() => (location.hash === '#snippet' ? <Snippet /> : <App query={new URLSearchParams(location.search)} />), document.querySelector('main'));
