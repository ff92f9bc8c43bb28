import { createSSRApp } from 'vue';
import App from './App.vue';

createSSRApp(App, { query: new URLSearchParams(location.search) }).mount('main');
