// What a page's main thread did, frame by frame, as the browser itself tells it in a trace.

// Every task of a thread is an event of the one, every beginning of a frame of the other.
const TASKS = 'disabled-by-default-devtools.timeline';
const FRAMES = 'disabled-by-default-devtools.timeline.frame';
const TASK = 'RunTask';
const FRAME = 'BeginMainThreadFrame';

// Runs `act` and returns, for each frame of the page's main thread meanwhile, the milliseconds of
// work between its beginning and the next one's: every task, be it script, layout or paint. `wall`
// also counts while another process had the processor, `busy` only the thread's own time.
export async function framesDuring(page, act) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: [TASKS, FRAMES] });
  let trace;
  try {
    await act();
  } finally {
    trace = await browser.stopTracing();
  }
  return framesOf(JSON.parse(trace).traceEvents);
}

// Clicks on the middle of a place, as a person does.
export async function clickOn(page, { x, y, width, height }) {
  await page.mouse.click(x + width / 2, y + height / 2);
}

// Waits in the page until one of the elements holds the text. Playwright's own waiting would be
// measured: it runs on the page's main thread, and the first look that fails tells it the role and
// the name of everything on the page, which takes longer than any frame of the page itself.
export async function appears(page, selector, text = '') {
  await page.evaluate(
    ([selector, text]) =>
      new Promise((resolve) => {
        const look = () => {
          const found = [...document.querySelectorAll(selector)];
          if (!found.some((element) => element.textContent.includes(text))) return;
          observer.disconnect();
          resolve();
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { childList: true, characterData: true, subtree: true });
        look();
      }),
    [selector, text],
  );
}

function framesOf(events) {
  const thread = mainThread(events);
  const here = events.filter(({ pid, tid }) => pid === thread.pid && tid === thread.tid);
  const begins = here.filter(({ name }) => name === FRAME).map(({ ts }) => ts);
  const tasks = here.filter(({ name, ph }) => name === TASK && ph === 'X');
  begins.sort((one, other) => one - other);
  const frames = begins.slice(1).map(() => ({ wall: 0, busy: 0 }));
  for (const { ts, dur = 0, tdur = 0 } of tasks) {
    // A task belongs to the frame that it begins in, or that begins in it.
    const place = begins.findLastIndex((begin) => begin <= ts + dur);
    if (place < 0 || place >= frames.length) continue;
    frames[place].wall += dur / 1_000;
    frames[place].busy += tdur / 1_000;
  }
  return frames;
}

// The main thread that began most frames: the page's own.
function mainThread(events) {
  const counts = new Map();
  for (const { name, pid, tid } of events) {
    if (name === FRAME) counts.set(`${pid} ${tid}`, (counts.get(`${pid} ${tid}`) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  if (!most) throw new Error('the trace holds no frame');
  const [pid, tid] = most[0].split(' ').map(Number);
  return { pid, tid };
}
