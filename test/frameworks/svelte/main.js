import { mount } from 'svelte';
import App from './App.svelte';
import Snippet from './snippet.svelte';

mount(location.hash === '#snippet' ? Snippet : App, { target: document.querySelector('main') });
