/** Numbers, times and lists in the words of the page's language. */

const SIZE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

type Formatter = Intl.NumberFormat | Intl.DateTimeFormat | Intl.ListFormat;

/** A formatter is dear to make, and a list uses the same few again and again. */
const formatters = new Map<string, Formatter>();

/** A size with its unit, "1.2 MB". @param bytes finite, and not negative */
export function sizeText(bytes: number): string {
  const power = Math.min(SIZE_UNITS.length - 1, Math.max(0, Math.floor(Math.log10(bytes) / 3)));
  const unit = SIZE_UNITS[power] as string;
  const format = formatter(unit, (language) => {
    // The short form of a byte is "byte" for any number of them.
    const unitDisplay = power === 0 ? 'long' : 'short';
    return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay, maximumFractionDigits: 1 });
  });
  return format.format(bytes / 1000 ** power);
}

/** The time of day where it is today, else date and time. @param time a valid one */
export function timeText(time: Date): string {
  if (time.toDateString() === new Date().toDateString()) {
    return formatter('time', (language) => new Intl.DateTimeFormat(language, { timeStyle: 'short' })).format(time);
  }
  const both = { dateStyle: 'medium', timeStyle: 'short' } as const;
  return formatter('both', (language) => new Intl.DateTimeFormat(language, both)).format(time);
}

/** A day, which has no time zone. @param day its midnight in UTC */
export function dayText(day: Date): string {
  return formatter('day', (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })).format(day);
}

/** Several texts as one, "soup, rice and salad". To be bounded by who calls: its time grows with their number times their length. */
export function listText(texts: readonly string[]): string {
  return formatter('list', (language) => new Intl.ListFormat(language)).format(texts);
}

function formatter<T extends Formatter>(form: string, make: (language: string | undefined) => T): T {
  const language = document.documentElement.lang;
  const key = `${form} ${language}`;
  let known = formatters.get(key) as T | undefined;
  if (!known) {
    try {
      known = make(language || undefined);
    } catch {
      known = make(undefined); // The author's language is none: that of the browser.
    }
    formatters.set(key, known);
  }
  return known;
}
