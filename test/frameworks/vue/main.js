import { createApp } from 'vue';
import App from './App.vue';
import Snippet from './snippet.vue';

const query = new URLSearchParams(location.search);
const app = location.hash === '#snippet' ? createApp(Snippet) : createApp(App, { query });
app.mount('main');
