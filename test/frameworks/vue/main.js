import { createApp } from 'vue';
import App from './App.vue';
import Snippet from './snippet.vue';

createApp(location.hash === '#snippet' ? Snippet : App).mount('main');
