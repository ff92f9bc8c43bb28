import 'peer-elements/define';
import { render } from 'preact';
import { App } from './App.jsx';
import { Snippet } from './snippet.jsx';

render(location.hash === '#snippet' ? <Snippet /> : <App query={new URLSearchParams(location.search)} />, document.querySelector('main'));
