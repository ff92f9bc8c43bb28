import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import App from './App.vue';

export const render = async (query) => `<main>${await renderToString(createSSRApp(App, { query }))}</main>`;
