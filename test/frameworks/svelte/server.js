import { render as renderApp } from 'svelte/server';
import App from './App.svelte';

export const render = async (query) => `<main>${(await renderApp(App, { props: { query } })).body}</main>`;
