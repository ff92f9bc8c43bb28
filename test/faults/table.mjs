/** The table of what the cases have shown, as Markdown. */

const COLUMNS = [
  ...['fault', 'engine', 'sent', 'delivered', 'lost', 'twice', 'out of order', 'file'],
  ...['interrupted', 'healed', 'by', 'closed'],
];

/** @param {{ title: string, engine: string, row: object }[]} results */
export function table(results) {
  const lines = results.map(({ title, engine, row }) => [title, engine, ...(row ? cells(row) : ['did not run'])]);
  return [COLUMNS, COLUMNS.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function cells(row) {
  return [
    ...[row.sent, row.delivered, row.lost, row.duplicated, row.reordered].map((count) => count.toLocaleString('en')),
    row.damaged > 0 ? `${row.file}; ${row.damaged} messages damaged` : (row.file ?? '–'),
    interrupted(row),
    seconds(row.healedAfter),
    row.path ?? '–',
    row.closes.length === 0 ? never(row) : row.closes.map(closed).join(', '),
  ];
}

/** PeerJS has no such event; what is seen there is the state of ICE. */
function interrupted({ interruptedAfter, iceNoticedAfter }) {
  if (interruptedAfter !== undefined) return seconds(interruptedAfter);
  return iceNoticedAfter === undefined ? '–' : `(ICE ${seconds(iceNoticedAfter)})`;
}

function closed({ side, reason, after }) {
  return `${side.toUpperCase()}: ${reason ?? 'no reason'}, ${seconds(after)}`;
}

function never({ ended }) {
  return ended === 'complete' ? '–' : 'never';
}

function seconds(ms) {
  return ms === undefined ? '–' : `${(ms / 1000).toFixed(1)} s`;
}
