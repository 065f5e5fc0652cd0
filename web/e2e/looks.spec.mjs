// Both sizes, both themes: nothing cut off, everything within reach, and pictures to look at.

import { fragment } from './support/link.mjs';
import { textFile } from './support/ringlab.mjs';
import { expect, expectAccessible, picture, test } from './support/test.mjs';

const SIZES = [
  ['wide', { width: 1440, height: 900 }],
  ['narrow', { width: 390, height: 844 }],
];

// What there is to see, each brought about by what a person does.
const VIEWS = [
  ['start', async () => {}],
  [
    'joining',
    async (ringlab) => {
      await ringlab.button('Slow').click();
      await ringlab.add();
      await expect(ringlab.row('node-9')).toContainText('joining');
      await expect.poll(async () => (await ringlab.node('node-9')).held).toBeGreaterThan(0);
    },
  ],
  [
    'added',
    async (ringlab) => {
      await ringlab.finish.click();
      await expect(ringlab.row('node-9')).toContainText('live');
      await ringlab.button('Normal').click();
    },
  ],
  [
    'request',
    async (ringlab) => {
      await ringlab.ask('Put', 'left-pad', 'eleven lines');
      await expect(ringlab.answer).toContainText('Stored');
    },
  ],
  [
    'node',
    async (ringlab) => {
      await ringlab.table.getByRole('button', { name: 'node-3', exact: true }).click();
      await expect(ringlab.closely).toContainText('Hottest keys');
    },
  ],
  [
    'settings',
    async (ringlab) => {
      await ringlab.page.keyboard.press('Escape');
      await ringlab.openSettings();
      await ringlab.configure('hint-lifetime', '30 min');
      await expect(ringlab.settings).toContainText('since epoch 1');
      await ringlab.configure('n', '9');
      await expect(ringlab.settings.getByRole('alert')).toBeVisible();
    },
  ],
  [
    'siblings',
    async (ringlab) => {
      await ringlab.page.keyboard.press('Escape');
      await ringlab.leaveSiblings('cart', 'milk', 'bread');
      await expect(ringlab.siblings).toBeVisible();
    },
  ],
  [
    'faults',
    async (ringlab) => {
      await ringlab.page.keyboard.press('Escape');
      for (const [node, button] of [
        ['node-2', 'Cut off'],
        ['node-3', 'Pause'],
        ['node-4', 'Crash'],
        ['node-5', 'Wipe disk'],
      ]) {
        await ringlab.fault(node, button);
        await expect(ringlab.trouble(node)).toBeVisible();
      }
    },
  ],
  [
    'bad-rows',
    async (ringlab) => {
      await ringlab.page.keyboard.press('Escape');
      await ringlab.load(textFile('mixed.csv', 'key,requests\nalpha,1\nbeta,2\ngamma,three\n'));
      await ringlab.keys.getByText('1 bad row', { exact: true }).click();
    },
  ],
  [
    'thousand',
    async (ringlab) => {
      await ringlab.page.goto('about:blank');
      await ringlab.open(fragment({ nodes: 1_000 }));
    },
  ],
  [
    'shortcuts',
    async (ringlab) => {
      await ringlab.button('Keyboard shortcuts').click();
      await expect(ringlab.page.getByRole('dialog')).toBeVisible();
    },
  ],
];

for (const [size, viewport] of SIZES) {
  test.describe(size, () => {
    test.use({ viewport });

    test('each view fits and is accessible in both themes', async ({ page, ringlab }) => {
      test.slow();
      await ringlab.open();
      for (const [view, bringAbout] of VIEWS) {
        await test.step(view, async () => {
          await bringAbout(ringlab);
          await expectFits(page);
          if (size === 'wide') await expectNothingCut(page);
          for (const theme of ['light', 'dark']) {
            await wear(page, theme);
            await picture(page, `${view}-${size}-${theme}`, { fullPage: size === 'narrow' });
            await expectAccessible(page);
          }
        });
      }
    });
  });
}

test.describe('narrow', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('every control is within reach of a finger', async ({ page, ringlab }) => {
    await ringlab.open();
    await ringlab.openSettings();
    const controls = page.locator('button:visible:enabled, input:visible:enabled, summary:visible');
    const count = await controls.count();
    expect(count).toBeGreaterThan(50);
    for (let place = 0; place < count; place += 1) {
      await controls.nth(place).click({ trial: true, timeout: 2_000 });
    }
  });

  test('a node is added and removed', async ({ ringlab }) => {
    await ringlab.open();
    await ringlab.add({ name: 'small' });
    await ringlab.settle();
    await expect(ringlab.verdict).toContainText('Adding small moved');
    await ringlab.remove('small');
    await ringlab.settle();
    await expect(ringlab.verdict).toContainText('Removing small moved');
  });
});

test('the theme follows the system until a person chooses', async ({ page, ringlab }) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await ringlab.open();
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();
  await ringlab.button('Light').click();
  await expect.poll(ground).toBe(light);
  await page.reload();
  await ringlab.ready();
  await expect.poll(ground, 'the choice is remembered').toBe(light);
  await ringlab.button('System').click();
  await expect.poll(ground).toBe(dark);
});

test('the drawing follows the theme', async ({ page, ringlab }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await ringlab.open();
  const light = await drawn(page);
  await ringlab.button('Dark').click();
  await expect.poll(() => drawn(page)).not.toBe(light);
});

test('with reduced motion nothing slides', async ({ page, ringlab }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await ringlab.open();
  const durations = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .map((element) => getComputedStyle(element))
      .flatMap((style) => [style.transitionDuration, style.animationDuration])
      .flatMap((text) => text.split(', '))
      .map(Number.parseFloat),
  );
  expect(Math.max(...durations), 'longest transition in seconds').toBeLessThan(0.01);
});

for (const [motion, flies] of [
  ['no-preference', true],
  ['reduce', false],
]) {
  test(`a node joins: keys ${flies ? 'fly' : 'crossfade and do not fly'}`, async ({ page, ringlab }) => {
    await page.emulateMedia({ reducedMotion: motion });
    await page.addInitScript(watchCanvas);
    await ringlab.open();
    await ringlab.button('Fast').click();
    await page.evaluate(() => Object.assign(window.drawn, { dots: 0, fades: 0 }));
    await ringlab.add();
    await ringlab.settle();
    await expect(ringlab.row('node-9')).toContainText('live');
    const { dots, fades } = await page.evaluate(() => window.drawn);
    expect(dots > 0, `${dots} dots were drawn`).toBe(flies);
    expect(fades, 'frames in which the old ring fades').toBeGreaterThan(0);
  });
}

test('with forced colours every control and every mark is told apart', async ({ page, ringlab }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await ringlab.open();
  await ringlab.openSettings();
  await ringlab.configure('n', '9');
  await picture(page, 'forced-colors');
  const looks = await page.evaluate(() => {
    const style = (selector) => getComputedStyle(document.querySelector(selector));
    const bars = [...document.querySelectorAll('.bars .bar-now')];
    return {
      chosen: style('.segments [aria-pressed="true"]').outlineStyle,
      others: style('.segments [aria-pressed="false"]').outlineStyle,
      bars: new Set(bars.map((bar) => getComputedStyle(bar).backgroundColor)).size,
      ground: style('body').backgroundColor,
      ink: style('body').color,
    };
  });
  expect(looks.chosen).toBe('solid');
  expect(looks.others).toBe('none');
  expect(looks.bars, 'bars keep their nodes\' colours').toBe(8);
  expect(looks.ink).not.toBe(looks.ground);
  await expect(ringlab.settings.getByRole('alert')).toBeVisible();
  await expectAccessible(page);
});

for (const theme of ['light', 'dark']) {
  test(`a picture of the page in the ${theme}`, async ({ page, ringlab }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    await ringlab.open();
    await ringlab.ask('Get', 'semver');
    await expect(ringlab.answer).toContainText('2399072936');
    await ringlab.closely.getByRole('textbox', { name: 'Key or token' }).fill('semver');
    await ringlab.button('Find').click();
    await ringlab.add();
    await ringlab.settle();
    await expect(ringlab.verdict).toContainText('Adding node-9 moved');
    await picture(page, `page-${theme}`);
  });
}

// Turns the system's theme, and lets the page draw itself in it: a large ring takes some frames.
async function wear(page, theme) {
  await page.emulateMedia({ colorScheme: theme });
  await page.evaluate(
    (frames) =>
      new Promise((done) => {
        const frame = (left) => (left ? requestAnimationFrame(() => frame(left - 1)) : done());
        frame(frames);
      }),
    12,
  );
}

async function expectFits(page) {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  const beyond = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    return [...document.querySelectorAll('main *, header *')]
      .filter((element) => !element.closest('.table-box') && element.checkVisibility())
      .filter((element) => element.getBoundingClientRect().right > room + 1)
      .map((element) => `${element.tagName}.${element.className}`);
  });
  const ids = await page.locator('[id]').evaluateAll((all) => all.map((element) => element.id));
  expect(ids, 'each id once').toEqual([...new Set(ids)]);
  expect(scrollWidth, 'the page scrolls sideways').toBeLessThanOrEqual(clientWidth);
  expect(beyond, 'what sticks out').toEqual([]);
}

// At one screen's size the parts hold what they say without a scrollbar, and the form is one line.
// A long list, a request of many steps among them, has one.
async function expectNothingCut(page) {
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll('.inspect, .keys:not(:has(.bad-rows[open])), .settings')]
      .filter((part) => part.scrollHeight > part.clientHeight + 1)
      .map((part) => `${part.className}: ${part.scrollHeight} of ${part.clientHeight}`),
  );
  expect(cut, 'what is cut').toEqual([]);
  const rows = await page.evaluate(() => {
    const box = document.querySelector('.table-box');
    const [head, row] = ['thead', '.node-row'].map((part) => box.querySelector(part).offsetHeight);
    return (box.clientHeight - head) / row;
  });
  expect(rows, 'the table ends on a whole row').toBe(Math.round(rows));
  const form = await page.locator('.add-node').boundingBox();
  expect(form.height, 'the form is one line').toBeLessThan(32);
}

// Counts dots of keys and fading rings on the canvases.
function watchCanvas() {
  window.drawn = { dots: 0, fades: 0 };
  const { arc, drawImage } = CanvasRenderingContext2D.prototype;
  Object.assign(CanvasRenderingContext2D.prototype, {
    arc(x, y, radius, ...rest) {
      if (radius === 3) window.drawn.dots += 1;
      return arc.call(this, x, y, radius, ...rest);
    },
    drawImage(...rest) {
      if (this.globalAlpha < 1) window.drawn.fades += 1;
      return drawImage.apply(this, rest);
    },
  });
}

function drawn(page) {
  return page.evaluate(() => document.querySelector('.ring canvas').toDataURL());
}
