import { render as renderTemplate } from '@lit-labs/ssr';
import { collectResult } from '@lit-labs/ssr/lib/render-result.js';
import { Room } from './room.js';

export const render = (query) => collectResult(renderTemplate(new Room(query).template()));
