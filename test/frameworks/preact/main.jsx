import { render } from 'preact';
import { App } from './App.jsx';
import { Snippet } from './snippet.jsx';

render(location.hash === '#snippet' ? <Snippet /> : <App />, document.querySelector('main'));
