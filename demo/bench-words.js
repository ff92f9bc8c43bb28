/** Elements and numbers. */

/** @param {...(Node | string)} children */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Three significant digits. */
export function digits(value) {
  if (Math.abs(value) >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

/** With its unit, where it has one: a ratio has none. */
export function amount(value, unit) {
  return unit ? `${digits(value)} ${unit}` : digits(value);
}
