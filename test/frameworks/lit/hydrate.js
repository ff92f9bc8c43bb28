// First of all: it teaches Lit's elements to take over what a server has rendered.
import '@lit-labs/ssr-client/lit-element-hydrate-support.js';
import { hydrate } from '@lit-labs/ssr-client';
import { render } from 'lit';
import './inner-room.js';
import { Room } from './room.js';

const query = new URLSearchParams(location.search);
if (!query.has('inner')) {
  const main = document.querySelector('main');
  const room = new Room(query, (template) => render(template, main));
  hydrate(room.template(), main);
}
