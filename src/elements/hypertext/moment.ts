import { dayText, timeText } from './words.js';

/** A point in time, or a day, as `<time>` shows it. */
export interface Moment {
  /** For the attribute: valid by HTML's rules. */
  readonly datetime: string;
  readonly text: string;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
/** Without a time zone it is one of the reader's own place: that is what `<input type="datetime-local">` gives. */
const DATE_AND_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?$/;

/** In ms: HTML knows no year before 1, and ISO 8601 writes those after 9999 in another way. */
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.UTC(10_000, 0, 1) - 1;

/** Reads a number of ms, a Date, or a text like `2026-11-24` or `2026-11-24T18:05Z`; undefined for what is no valid time. */
export function momentOf(value: unknown): Moment | undefined {
  if (typeof value === 'number') return momentAt(value);
  if (value instanceof Date) return momentAt(timeOf(value));
  if (typeof value !== 'string') return undefined;
  if (DATE_AND_TIME.test(value)) return momentAt(Date.parse(value.replace(' ', 'T')));
  const day = DAY.test(value) ? new Date(value) : undefined;
  // A 30th of February is refused by some and is March for others.
  if (!day || !isInRange(Number(day)) || !day.toISOString().startsWith(value)) return undefined;
  return { datetime: value, text: dayText(day) };
}

/** What only inherits from Date throws when it is asked. */
function timeOf(date: Date): number {
  try {
    return Date.prototype.getTime.call(date);
  } catch {
    return NaN;
  }
}

function momentAt(time: number): Moment | undefined {
  if (!isInRange(time)) return undefined;
  const date = new Date(time);
  return { datetime: date.toISOString(), text: timeText(date) };
}

function isInRange(time: number): boolean {
  return time >= FIRST && time <= LAST;
}
