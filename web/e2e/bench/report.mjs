// The bars of the page, printed as a table and written as JSON under target/bench/.

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../target/bench/', import.meta.url));

const lines = [];

// A promise: the figure is to be at most the bar.
export function bar(what, figure, limit, unit) {
  lines.push({ what, figure, bar: limit, asked: 'at most', unit, holds: figure <= limit });
}

// Another one: the figure is to be at least the bar.
export function least(what, figure, limit, unit) {
  lines.push({ what, figure, bar: limit, asked: 'at least', unit, holds: figure >= limit });
}

// A figure without a promise.
export function note(what, figure, unit) {
  lines.push({ what, figure, unit });
}

// Prints what was measured since the last one and writes it down in a file of this name.
export function close(name, about) {
  const told = lines.splice(0);
  for (const { what, figure, bar, asked, unit, holds } of told) {
    const said = `${what}: ${rounded(figure)} ${unit}`;
    if (bar === undefined) console.log(`        ${said}`);
    else console.log(`${holds ? 'holds ' : 'MISSES'}  ${said}, ${asked} ${bar} ${unit}`);
  }
  mkdirSync(FOLDER, { recursive: true });
  const bars = told.filter(({ bar }) => bar !== undefined);
  const figures = told.filter(({ bar }) => bar === undefined);
  writeFileSync(`${FOLDER}${name}.json`, `${JSON.stringify({ about, bars, figures }, null, 2)}\n`);
}

export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

export function rounded(figure) {
  return figure >= 100 ? Math.round(figure) : Number(figure.toPrecision(3));
}
