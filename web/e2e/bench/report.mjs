// The bars of the page, printed as a table and written as JSON under target/bench/.

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../target/bench/', import.meta.url));

const lines = [];

// A promise: the figure is to be at most the bar.
export function bar(what, figure, limit, unit) {
  lines.push({ what, figure, bar: limit, unit, holds: figure <= limit });
}

// A figure without a promise.
export function note(what, figure, unit) {
  lines.push({ what, figure, unit });
}

// Prints what was measured so far and writes it down.
export function close(about) {
  for (const { what, figure, bar, unit, holds } of lines) {
    const said = `${what}: ${rounded(figure)} ${unit}`;
    if (bar === undefined) console.log(`        ${said}`);
    else console.log(`${holds ? 'holds ' : 'MISSES'}  ${said}, at most ${bar} ${unit}`);
  }
  mkdirSync(FOLDER, { recursive: true });
  const bars = lines.filter(({ bar }) => bar !== undefined);
  const figures = lines.filter(({ bar }) => bar === undefined);
  writeFileSync(`${FOLDER}browser.json`, `${JSON.stringify({ about, bars, figures }, null, 2)}\n`);
}

export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

export function rounded(figure) {
  return figure >= 100 ? Math.round(figure) : Number(figure.toPrecision(3));
}
