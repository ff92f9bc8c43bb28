import { hydrate } from '@lit-labs/ssr-client';
import { render } from 'lit';
import { Room } from './room.js';

const main = document.querySelector('main');
const room = new Room(new URLSearchParams(location.search), (template) => render(template, main));
hydrate(room.template(), main);
