import { EventEmitter } from 'eventemitter3';
import type { DataConnectionEvents } from './connection-types.js';

type Listener<E extends keyof DataConnectionEvents, Data> = EventEmitter.EventListener<DataConnectionEvents<Data>, E>;

/** An emitter that notices when somebody begins to listen, by whichever of EventEmitter3's methods. */
export abstract class DataEmitter<Data = unknown> extends EventEmitter<DataConnectionEvents<Data>> {
  protected abstract listenerAdded(event: keyof DataConnectionEvents): void;

  override on<E extends keyof DataConnectionEvents>(event: E, listener: Listener<E, Data>, context?: unknown): this {
    super.on(event, listener, context);
    this.listenerAdded(event);
    return this;
  }

  override once<E extends keyof DataConnectionEvents>(event: E, listener: Listener<E, Data>, context?: unknown): this {
    super.once(event, listener, context);
    this.listenerAdded(event);
    return this;
  }

  override addListener<E extends keyof DataConnectionEvents>(event: E, listener: Listener<E, Data>, context?: unknown): this {
    return this.on(event, listener, context);
  }
}
