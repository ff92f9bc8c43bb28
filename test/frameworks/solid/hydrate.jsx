import { hydrate } from 'solid-js/web';
import { App } from './App.jsx';

hydrate(() => <App query={new URLSearchParams(location.search)} />, document.querySelector('main'));
