// The templates are compiled in the browser, so that no other tool than Vite is needed.
import '@angular/compiler';
import { provideZonelessChangeDetection } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app';
import { Snippet } from './snippet';

const isSnippet = location.hash === '#snippet';
document.querySelector('main')!.append(document.createElement(isSnippet ? 'app-snippet' : 'app-root'));
await bootstrapApplication(isSnippet ? Snippet : App, { providers: [provideZonelessChangeDetection()] });
