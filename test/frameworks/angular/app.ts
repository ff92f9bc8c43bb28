import { Component, signal } from '@angular/core';
import { Room } from './room';

@Component({
  selector: 'app-root',
  imports: [Room],
  template: `
    <button id="open" (click)="open.set(!open())">Open or close</button>
    @if (open()) {
      <app-room />
    }
  `,
})
export class App {
  open = signal(true);
}
