import '@angular/compiler';
import { provideZonelessChangeDetection } from '@angular/core';
import { bootstrapApplication, provideClientHydration } from '@angular/platform-browser';
import { provideServerRendering, renderApplication } from '@angular/platform-server';
import { App } from './app';

const HOST = 'room.example';
const providers = [provideZonelessChangeDetection(), provideServerRendering(), provideClientHydration()];

/** Angular renders a whole document, with marks of its own around the app. */
export async function render(query: URLSearchParams) {
  const rendered = await renderApplication((context) => bootstrapApplication(App, { providers }, context), {
    document: '<!doctype html><html><head></head><body><main><app-root></app-root></main></body></html>',
    url: `http://${HOST}/?${query}`,
    allowedHosts: [HOST],
  });
  return /<body>(.*)<\/body>/s.exec(rendered)![1];
}
