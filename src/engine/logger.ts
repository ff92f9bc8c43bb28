/** How much a peer prints. PeerJS's levels. */
export const LogLevel = {
  /** Nothing. */
  Disabled: 0,
  /** Errors. */
  Errors: 1,
  /** Errors and warnings. */
  Warnings: 2,
  /** Everything. */
  All: 3,
} as const;
export type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];

/** Takes what a peer would print: the option `logFunction`, as with PeerJS. */
export type LogFunction = (level: LogLevel, ...rest: unknown[]) => void;

/** Prints what is at or below its level. One per peer: two peers on a page may differ (in PeerJS the last one wins). */
export class Logger {
  readonly #level: number;
  readonly #print: LogFunction;

  constructor(level: number, print: LogFunction = printToConsole) {
    this.#level = level;
    this.#print = print;
  }

  log(...rest: unknown[]): void {
    this.print(LogLevel.All, ...rest);
  }

  warn(...rest: unknown[]): void {
    this.print(LogLevel.Warnings, ...rest);
  }

  error(...rest: unknown[]): void {
    this.print(LogLevel.Errors, ...rest);
  }

  print(level: LogLevel, ...rest: unknown[]): void {
    if (this.#level >= level) this.#print(level, ...rest);
  }
}

function printToConsole(level: LogLevel, ...rest: unknown[]): void {
  const method = level === LogLevel.Errors ? 'error' : level === LogLevel.Warnings ? 'warn' : 'log';
  console[method]('peer-elements:', ...rest);
}
