// The page as a person meets it: what stands on it, by role and name. It asserts only that the
// page is ready; what is right or wrong is each test's to say.

import { expect } from '@playwright/test';

export const SAMPLE_KEYS = 50_000;

export class Ringlab {
  constructor(page) {
    this.page = page;
    this.verdict = page.getByRole('region', { name: 'Verdict' });
    this.nodes = page.getByRole('region', { name: 'Nodes' });
    this.table = page.getByRole('table', { name: 'Nodes', exact: true });
    this.requests = page.getByRole('region', { name: 'Request' });
    this.keys = page.getByRole('region', { name: 'Keys' });
    this.settings = page.getByRole('region', { name: 'Settings' });
    this.faults = page.getByRole('region', { name: 'Faults' });
    this.closely = page.getByRole('region', { name: 'Look closely' });
    this.undo = page.getByRole('button', { name: 'Undo', exact: true });
    this.redo = page.getByRole('button', { name: 'Redo', exact: true });
    this.finish = page.getByRole('button', { name: 'Finish now' });
  }

  // Opens the page and waits until its keys lie on the ring.
  async open(fragment = '') {
    await this.page.goto(`./${fragment}`);
    await this.ready();
  }

  async ready() {
    await expect(this.page.locator('main[data-ready=true]')).toBeVisible();
    await expect(this.verdict).not.toContainText('Putting keys on the ring');
    await expect.poll(() => this.total()).toBeGreaterThan(0);
  }

  row(name) {
    return this.table.getByRole('row').filter({
      has: this.page.getByRole('button', { name: `Remove ${name}`, exact: true }),
    });
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }

  // What the table says, row by row, read at one moment. It follows what is above it some frames
  // late: always while data moves, and then any moment will do.
  async rows() {
    const late = this.nodes.locator('.table-room[aria-busy=true]');
    await late.waitFor({ state: 'detached', timeout: 1_000 }).catch(() => {});
    return this.table.evaluate((table) => {
      const whole = (text) => {
        const digits = text.replace('−', '-').replace(/[,+]/g, '');
        return digits === '' ? undefined : Number(digits);
      };
      const columns = [...table.tHead.rows[0].cells].map((cell) => cell.innerText.match(/^[\w ]*/)[0]);
      return [...table.querySelectorAll('tbody tr[aria-rowindex]')].map((row) => {
        const cell = (column) => row.cells[columns.indexOf(column)];
        return {
          name: row.querySelector('.name-text').textContent,
          state: row.querySelector('.state').textContent.trim().split(/\s+/).at(-1),
          weight: cell('Weight').querySelector('input').value,
          virtual: whole(cell('Virtual').textContent),
          zone: cell('Zone').querySelector('input').value,
          keys: whole(cell('Keys').querySelector('.bars-number').textContent),
          change: whole(cell('Change').textContent),
          requests: whole(cell('Requests').title),
          share: Number.parseFloat(cell('Ring').textContent),
          held: whole(cell('Copies held').title),
        };
      });
    });
  }

  async node(name) {
    return (await this.rows()).find((row) => row.name === name);
  }

  // Keys of all nodes together, each counted at its primary.
  async total() {
    return sum(await this.rows(), 'keys');
  }

  // Lets what is under way, and what waits for it, run to its end.
  async settle() {
    await expect(async () => {
      if (await this.finish.isVisible()) await this.finish.click({ timeout: 1_000 });
      await expect(this.finish).toBeHidden({ timeout: 1_000 });
      const states = new Set((await this.rows()).map((row) => row.state));
      expect(states.has('joining') || states.has('leaving')).toBe(false);
    }).toPass();
  }

  async add({ name = '', weight = '', zone = '' } = {}) {
    await this.newNode('Name').fill(name);
    await this.newNode('Weight').fill(weight);
    await this.newNode('Zone').fill(zone);
    await this.button('Add node').click();
  }

  async remove(name) {
    await this.button(`Remove ${name}`).click();
  }

  // A field of the form for a node.
  newNode(label) {
    return this.nodes.locator('form').getByRole('textbox', { name: label, exact: true });
  }

  // Enters a value into a cell of a node's row.
  async enter(label, value) {
    const field = this.table.getByRole('textbox', { name: label, exact: true });
    await field.fill(value);
    await field.press('Enter');
  }

  async openSettings() {
    const toggle = this.settings.getByRole('button', { name: /^Settings/ });
    if ((await toggle.getAttribute('aria-expanded')) === 'false') await toggle.click();
  }

  async openFaults() {
    const toggle = this.faults.getByRole('button', { name: /^Faults/ });
    if ((await toggle.getAttribute('aria-expanded')) === 'false') await toggle.click();
  }

  // The field of a setting, by its whole name.
  setting(name) {
    return this.settings.getByRole('textbox', { name, exact: true });
  }

  async configure(name, value) {
    await this.openSettings();
    await this.setting(name).fill(value);
    await this.setting(name).press('Enter');
  }

  // Chooses one of a setting's words.
  async choose(name, word) {
    await this.openSettings();
    await this.settings.getByRole('combobox', { name, exact: true }).selectOption(word);
  }

  // What is said of a setting beside its value.
  settingRow(name) {
    return this.settings
      .getByRole('row')
      .filter({ has: this.page.getByRole('rowheader', { name, exact: true }) });
  }

  // Does something to a node in the drawer of faults.
  async fault(node, button) {
    await this.openFaults();
    await this.faults.getByRole('combobox', { name: 'Node' }).selectOption(node);
    await this.faults.getByRole('button', { name: button, exact: true }).click();
  }

  // A node's row in the drawer of faults.
  trouble(node) {
    return this.faults.getByRole('row').filter({ hasText: node });
  }

  // Sends a request and waits for its answer.
  async ask(operation, key, value) {
    await this.requests.getByRole('button', { name: operation, exact: true }).click();
    await this.requests.getByRole('textbox', { name: 'Key', exact: true }).fill(key);
    if (value !== undefined) {
      await this.requests.getByRole('textbox', { name: 'Value', exact: true }).fill(value);
    }
    await this.button('Send').click();
  }

  // Two users write a key without knowledge of each other, and the second reads both.
  async leaveSiblings(key, first, second) {
    for (const user of ['Ada', 'Ben']) {
      await this.button(user).click();
      await this.ask('Get', key);
      await expect(this.answer).toHaveText(`Get ${key} → Not there`);
    }
    await this.button('Ada').click();
    await this.ask('Put', key, first);
    await expect(this.answer).toHaveText(`Put ${key} → Stored`);
    await this.button('Ben').click();
    await this.ask('Put', key, second);
    await expect(this.answer).toHaveText(`Put ${key} → Stored, beside 1 sibling`);
    await this.ask('Get', key);
    await expect(this.answer).toHaveText(`Get ${key} → ${first} | ${second}`);
  }

  // Values that stand beside each other, and what can be done about it.
  get siblings() {
    return this.requests.getByRole('group', { name: 'Siblings' });
  }

  // The line that says what became of the last request.
  get answer() {
    return this.requests.locator('.trace-answer');
  }

  get steps() {
    return this.requests.locator('.trace-steps').getByRole('listitem');
  }

  // A figure of the verdict, by its name.
  figure(name) {
    return this.verdict.locator('.figure').filter({ hasText: name }).locator('.figure-value');
  }

  async source(name) {
    await this.keys.getByRole('button', { name, exact: true }).click();
  }

  // Hands a file to the page by its own file field.
  async load(file) {
    await this.source('Your file');
    await this.keys.getByLabel('Choose a file').setInputFiles(file);
  }

  get report() {
    return this.keys.getByRole('status');
  }
}

export function sum(rows, column) {
  return rows.reduce((total, row) => total + row[column], 0);
}

// A text file for the page's file field.
export function textFile(name, text, mimeType = 'text/plain') {
  return { name, mimeType, buffer: Buffer.from(text) };
}

// `1,234` as a number.
export function whole(text) {
  return Number(text.replaceAll(',', ''));
}
