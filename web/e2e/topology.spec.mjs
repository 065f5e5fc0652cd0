// Nodes from the texts of systems that people run become the page's ring; what those systems do with
// the keys stands beside it, held to where the real ones put 10,000 keys.

import { readFileSync, writeFileSync } from 'node:fs';

import { SAMPLE_KEYS, textFile, whole } from './support/ringlab.mjs';
import { expect, expectAccessible, expectWrong, picture, test } from './support/test.mjs';

const NGINX = `
upstream one {
  hash $request_uri consistent;
  server 10.0.0.1:80 weight=2;
  server 10.0.0.2:80;
}
upstream two {
  hash $request_uri consistent;
  server amber:80;
  server birch:80;
  server cedar:80 weight=3;
}
`;
const SHARDS = 'slots\n0\n16383\nnodes\nid\nab\nport\n7001\nip\n10.0.0.9\nrole\nmaster\n';

test.beforeEach(async ({ ringlab }) => {
  await ringlab.open();
  await ringlab.source('Your file');
  await ringlab.keys.getByText('Nodes from a configuration').click();
});

const field = (ringlab) => ringlab.keys.getByRole('textbox', { name: 'Text of the configuration' });

// What real software answered: crates/ringlab/vectors/systems/README.md.
const vector = (name) =>
  readFileSync(new URL(`../../crates/ringlab/vectors/systems/${name}.txt`, import.meta.url), 'utf8');
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

// The names of nodes, their weights, and the name of each key's owner.
function answers(name) {
  const lines = vector(name).split('\n');
  const columns = lines.filter((line) => line.startsWith('node ')).map((line) => line.split(' '));
  const [first, ...told] = lines.slice(columns.length + 1);
  const each = Number(first.split(' ')[1] ?? 1);
  const owners = [...told.join('')].filter((_, place) => place % each === 0);
  return {
    nodes: columns.map(([, node, weight]) => ({ node, weight: Number(weight) })),
    owners: owners.map((digit) => columns[DIGITS.indexOf(digit)][1]),
  };
}

// The figures that the page should show of them.
function expected({ nodes, owners }) {
  const weights = nodes.reduce((sum, { weight }) => sum + weight, 0);
  return nodes
    .map(({ node, weight }) => {
      const keys = owners.filter((owner) => owner === node).length;
      return { node, keys, over: (keys * weights) / (owners.length * weight) };
    })
    .sort((one, other) => other.over - one.over);
}

const beside = (ringlab) => ringlab.keys.getByRole('region', { name: /itself places these keys$/ });
const figures = (ringlab) => ringlab.keys.getByRole('table', { name: /^Keys of each node, by/ });

// The system's side of the table.
const shown = (ringlab) =>
  figures(ringlab).locator('tbody tr').evaluateAll((rows) =>
    rows.map(({ cells: [node, keys, over] }) => ({
      node: node.textContent,
      // A share stands below it.
      keys: Number(keys.firstChild.textContent.replaceAll(',', '')),
      over: over.textContent,
    })),
  );

async function nodes(ringlab) {
  return (await ringlab.rows()).map(({ name, weight }) => `${name} ${weight}`);
}

test('a pasted configuration is told, chosen from, and becomes the ring', async ({ ringlab }) => {
  await field(ringlab).fill(NGINX);
  await expect(ringlab.report).toHaveText('nginx one: 2 nodes.');
  await ringlab.keys.getByRole('combobox', { name: 'Which one' }).selectOption('two');
  await expect(ringlab.report).toHaveText('nginx two: 3 nodes.');
  await ringlab.button("Replace the ring's nodes").click();
  await expect.poll(() => nodes(ringlab)).toEqual(['amber:80 1', 'birch:80 1', 'cedar:80 3']);
  await expect(ringlab.keys.getByText("These nodes are the ring's.")).toBeVisible();
  await ringlab.ready();
  expect(await ringlab.total(), 'the keys stay').toBe(SAMPLE_KEYS);
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toContainText('Get semver →');
  await ringlab.button('Add node').click();
  await expect(ringlab.keys.getByText("These nodes are the ring's.")).toBeHidden();
});

test('a file is read as well, and what Redis tells of its groups', async ({ ringlab }) => {
  await ringlab.keys.getByLabel('Open a file').setInputFiles(textFile('shards.txt', SHARDS));
  await expect(ringlab.report).toHaveText(
    'Redis Cluster, CLUSTER SHARDS: 1 node, the masters, weighed by their slots.',
  );
  await expect(field(ringlab)).toHaveValue(SHARDS);
  await ringlab.button("Replace the ring's nodes").click();
  await expect.poll(() => nodes(ringlab)).toEqual(['10.0.0.9:7001 1']);
});

const nginx = ({ nodes }) =>
  `upstream a {\n hash $http_x_key consistent;\n${nodes
    .map(({ node, weight }) => ` server ${node} weight=${weight};\n`)
    .join('')}}\n`;
const haproxy = ({ nodes }) =>
  `backend a\n hash-type consistent\n${nodes
    .map(({ node, weight }) => ` server ${node} ${node} weight ${weight}\n`)
    .join('')}`;
const twemproxy = ({ nodes }) =>
  `a:\n  hash: md5\n  distribution: ketama\n  servers:\n${nodes
    .map(({ node, weight }) => `   - ${node}:${weight}\n`)
    .join('')}`;

for (const [system, name, text] of [
  ['nginx', 'nginx-weighted', nginx],
  ['HAProxy', 'haproxy-weighted', haproxy],
  ['twemproxy', 'twemproxy-md5-weighted', twemproxy],
  ['Redis Cluster', 'redis-uneven', () => vector('redis-uneven-nodes')],
  ['Cassandra', 'cassandra-simple-weighted', () => vector('cassandra-simple-weighted-ring')],
]) {
  test(`keys lie by ${system} where the real one put them`, async ({ ringlab }) => {
    const told = answers(name);
    await ringlab.keys.getByLabel('Choose a file').setInputFiles(textFile('keys.txt', vector('keys')));
    await expect.poll(() => ringlab.total()).toBe(told.owners.length);
    await field(ringlab).fill(text(told));
    const wanted = expected(told).map((row) => ({ ...row, over: row.over.toFixed(2) }));
    await expect.poll(() => shown(ringlab)).toEqual(wanted);
    await expect(beside(ringlab)).toContainText(`How ${system} itself places these keys`);
    const { node, over } = wanted[0];
    await expect(beside(ringlab)).toContainText(`${system}: ${node} is fullest with ${over} ×`);
    // The ring beside it is the one that these nodes would make.
    const ours = await figures(ringlab).locator('tbody tr').evaluateAll((rows) =>
      rows.map(({ cells }) => [cells[0].textContent, cells[3].firstChild.textContent]),
    );
    await ringlab.button("Replace the ring's nodes").click();
    await expect.poll(async () => (await ringlab.rows()).length).toBe(wanted.length);
    await ringlab.ready();
    for (const [node, keys] of ours) {
      expect((await ringlab.node(node)).keys, node).toBe(whole(keys));
    }
    // It still stands beside the ring that was made.
    await expect.poll(() => shown(ringlab)).toEqual(wanted);
  });
}

test('a node that goes moves what it moved in the real system', async ({ ringlab }) => {
  const [before, after] = [answers('haproxy-equal'), answers('haproxy-renumbered')];
  const gone = before.nodes.find(({ node }) => !after.nodes.some((other) => other.node === node));
  const moved = before.owners.filter((owner, key) => owner !== after.owners[key]);
  const needless = moved.filter((owner) => owner !== gone.node);
  await ringlab.keys.getByLabel('Choose a file').setInputFiles(textFile('keys.txt', vector('keys')));
  await expect.poll(() => ringlab.total()).toBe(before.owners.length);
  await field(ringlab).fill(haproxy(before));
  await ringlab.keys.getByRole('combobox', { name: 'Node that goes' }).selectOption(gone.node);
  const grouped = (list) => list.length.toLocaleString('en-US');
  await expect(beside(ringlab)).toContainText(
    new RegExp(
      `Without ${gone.node}, HAProxy moves ${grouped(moved)} keys \\(.*?\\), ${grouped(needless)} of them needlessly`,
    ),
  );
  const ours = await figures(ringlab).getByRole('row').filter({ hasText: gone.node }).evaluate(
    ({ cells }) => cells[3].firstChild.textContent,
  );
  await expect(beside(ringlab)).toContainText(
    new RegExp(`Ringlab's ring moves ${ours} keys \\(.*?\\), none needlessly`),
  );
});

test('of many nodes the fullest are shown first', async ({ page, ringlab }) => {
  const nodes = Array.from({ length: 300 }, (_, node) => ({ node: `10.0.0.${node}:80`, weight: 1 }));
  await field(ringlab).fill(nginx({ nodes }));
  await expect(beside(ringlab)).toContainText('The 50 fullest of 300 nodes.');
  await expect.poll(async () => (await shown(ringlab)).length).toBe(50);
  await ringlab.button('Show 300').click();
  await expect.poll(async () => (await shown(ringlab)).length).toBe(300);
  const rows = await shown(ringlab);
  expect(rows.reduce((sum, { keys }) => sum + keys, 0)).toBe(SAMPLE_KEYS);
  // The emptiest one can be chosen, too.
  const { node, keys } = rows.at(-1);
  await ringlab.keys.getByRole('combobox', { name: 'Node that goes' }).selectOption(node);
  const grouped = keys.toLocaleString('en-US');
  await expect(beside(ringlab)).toContainText(`Without ${node}, nginx moves ${grouped} keys`);
  await expectAccessible(page);
});

test('other keys are counted anew, and of Redis it is not said what operators decide', async ({
  ringlab,
}) => {
  await field(ringlab).fill(vector('redis-uneven-nodes'));
  const total = async () => (await shown(ringlab)).reduce((sum, { keys }) => sum + keys, 0);
  await expect.poll(total).toBe(SAMPLE_KEYS);
  await expect(beside(ringlab)).toContainText('at least: operators say to which nodes');
  await ringlab.keys.getByLabel('Choose a file').setInputFiles(textFile('few.txt', 'a\nb\nc\n'));
  await expect.poll(total).toBe(3);
  await ringlab.undo.click();
  await expect.poll(total).toBe(SAMPLE_KEYS);
});

test('counting many keys can be stopped and begun again', async ({ page, ringlab }, info) => {
  test.slow();
  const path = info.outputPath('many.txt');
  const lines = Array.from({ length: 3_000_000 }, (_, number) => `user:${number}:session`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  await ringlab.keys.getByLabel('Choose a file').setInputFiles(path);
  await expect(ringlab.report).toContainText('3,000,000 distinct keys', { timeout: 60_000 });
  await field(ringlab).fill(twemproxy(answers('twemproxy-md5-many')));
  const progress = beside(ringlab).getByRole('progressbar');
  await expect(progress).toBeVisible();
  await expect(beside(ringlab)).toContainText(/Placing keys: [\d.]+/);
  await ringlab.button('Stop').click();
  await expect(beside(ringlab)).toContainText('Stopped before all keys were placed.');
  await expect(progress).toBeHidden();
  await expect(figures(ringlab)).toBeHidden();
  // The ring answers while it is counted again.
  await ringlab.button('Count again').click();
  await expect(progress).toBeVisible();
  await ringlab.ask('Get', 'user:7:session');
  await expect(ringlab.answer).toHaveText('Get user:7:session → 1');
  await expect(figures(ringlab)).toBeVisible({ timeout: 30_000 });
  await expect(progress).toBeHidden();
});

test('what is wrong is told at the field with its line and column', async ({ ringlab }) => {
  const before = await ringlab.rows();
  await field(ringlab).fill(NGINX.replace('weight=2', 'weight=x'));
  await expectWrong(field(ringlab), 'Line 4, column 29: a whole weight is expected, not "x".');
  await expect(ringlab.button("Replace the ring's nodes")).toBeHidden();
  await expect(beside(ringlab)).toBeHidden();
  await field(ringlab).fill(NGINX.replaceAll(' consistent', ''));
  await expectWrong(field(ringlab), /^Line 1, column 1: no upstream in this text asks for consistent hashing/);
  await field(ringlab).fill('a:\n  distribution: modula\n  servers:\n   - 10.0.0.1:6379:1\n');
  await expectWrong(field(ringlab), 'Line 2, column 17: ketama alone is placed here, not "modula".');
  await field(ringlab).fill('hello');
  await expectWrong(field(ringlab), /^Line 1, column 1: none of these formats/);
  expect(await ringlab.rows()).toEqual(before);
});

// Laid out line by line, it would hold a frame up whenever the page changes.
test('a text too long to show is read whole, and another takes its place', async ({ page, ringlab }) => {
  const many = Array.from({ length: 900 }, (_, at) => ({ node: `cache-${at}.example.net:11211`, weight: 1 }));
  const file = (nodes) => textFile('nginx.conf', nginx({ nodes }));
  await ringlab.keys.getByLabel('Open a file').setInputFiles(file(many));
  await expect(ringlab.report).toHaveText('nginx a: 900 nodes.');
  await expect(field(ringlab)).toHaveValue('');
  await expect(field(ringlab)).toHaveAttribute('placeholder', /^Read: 903 lines, too long to show/);
  const wrong = [...many, { node: 'last:80', weight: 'x' }];
  await ringlab.keys.getByLabel('Open a file').setInputFiles(file(wrong));
  await expectWrong(field(ringlab), /^Line 903, column \d+: /);
  const typed = nginx({ nodes: many.slice(0, 500) });
  await field(ringlab).fill(typed);
  await expect(ringlab.report).toHaveText('nginx a: 500 nodes.');
  await expect(field(ringlab), 'what is typed stays in sight').toHaveValue(typed);
  await expect(field(ringlab)).not.toHaveAttribute('placeholder');
  for (const keys of ['Control+A', 'Control+C', 'Control+V']) await page.keyboard.press(keys);
  await expect(field(ringlab), 'what is pasted does not').toHaveValue('');
  await expect(ringlab.report).toHaveText('nginx a: 500 nodes.');
  await expect(field(ringlab)).toHaveAttribute('placeholder', /^Read: 503 lines/);
});

test('a file that is larger than any configuration is not read', async ({ ringlab }) => {
  const large = { name: 'disk.img', mimeType: 'text/plain', buffer: Buffer.alloc((16 << 20) + 1, 'x') };
  await ringlab.keys.getByLabel('Open a file').setInputFiles(large);
  await expectWrong(field(ringlab), /^disk\.img has more than 16 MiB/);
  await expect(field(ringlab)).toHaveValue('');
  await expect(field(ringlab)).not.toHaveAttribute('placeholder');
});

for (const scheme of ['light', 'dark']) {
  test(`on a phone, ${scheme}, all of it is in reach`, async ({ page, ringlab }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 390, height: 844 });
    await field(ringlab).fill(NGINX.replace('weight=2', 'weight=x'));
    await expectAccessible(page);
    await field(ringlab).fill(NGINX);
    await expect(ringlab.button("Replace the ring's nodes")).toBeVisible();
    await expect(figures(ringlab)).toBeVisible();
    await expectAccessible(page);
    await picture(page, `topology-${scheme}`, { fullPage: true });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, 'nothing stands out to the right').toBeLessThanOrEqual(390);
  });
}
