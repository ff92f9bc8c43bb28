import { render as renderTemplate } from '@lit-labs/ssr';
import { collectResult } from '@lit-labs/ssr/lib/render-result.js';
import { html } from 'lit';
import './inner-room.js';
import { Room } from './room.js';

export async function render(query) {
  const template = query.has('inner') ? html`<inner-room><h1>Room</h1></inner-room>` : new Room(query).template();
  return `<main>${await collectResult(renderTemplate(template))}</main>`;
}
