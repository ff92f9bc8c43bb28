import { mount } from 'svelte';
import App from './App.svelte';
import Snippet from './snippet.svelte';

const query = new URLSearchParams(location.search);
mount(location.hash === '#snippet' ? Snippet : App, { target: document.querySelector('main'), props: { query } });
