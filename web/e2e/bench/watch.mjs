// What goes on between the page and its worker: read from outside, as both are shipped.

// First bytes of messages, in the order of `ToWorker` and `FromWorker` in web/src/wire.rs.
const [ASK, LOADED] = [3, 4];
// First byte of a command, in the order of `Command`.
const ADD = 1;

// Measures the page's worker from its next visit on: how long each message keeps it busy, and how
// large its memory is.
export async function watchWorker(page) {
  await page.route('**/worker.js', async (route) => {
    const response = await route.fetch();
    const script = `(${watch})(${ASK}, ${ADD}, ${LOADED});\n${await response.text()}
      self.watched.memory = () => wasm.memory.buffer.byteLength;`;
    await route.fulfill({ response, body: script });
  });
  const worker = page.waitForEvent('worker');
  return {
    async read() {
      return (await worker).evaluate(() => ({
        ...self.watched,
        memory: self.watched.memory(),
      }));
    },
  };
}

// Runs in the worker, before its own script.
function watch(ASK, ADD, LOADED) {
  self.watched = { adds: [], fileAt: undefined, loadedAt: undefined };
  // Whether a question carries a change: its number takes seven bits a byte.
  const isAdd = (bytes) => {
    if (bytes[0] !== ASK) return false;
    let at = 1;
    while (bytes[at] > 127) at += 1;
    return bytes[at + 1] > 0 && bytes[at + 2] === ADD;
  };
  const listen = self.addEventListener;
  self.addEventListener = (kind, heard, ...rest) => {
    const timed = (event) => {
      const began = performance.now();
      if (event.data instanceof File) self.watched.fileAt = began;
      heard.call(self, event);
      if (event.data instanceof Uint8Array && isAdd(event.data)) {
        self.watched.adds.push(performance.now() - began);
      }
    };
    listen.call(self, kind, kind === 'message' ? timed : heard, ...rest);
  };
  const post = self.postMessage;
  self.postMessage = (message, ...rest) => {
    if (message[0] === LOADED) self.watched.loadedAt = performance.now();
    post.call(self, message, ...rest);
  };
}

// Resident memory of the page's process, in bytes: now and at its highest. Linux only.
export async function memoryOf(page) {
  const { readFileSync } = await import('node:fs');
  const session = await page.context().browser().newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => readFileSync(`/proc/${id}/status`, 'utf8'))
    .map((status) => ['VmRSS', 'VmHWM'].map((field) => kilobytes(status, field) * 1_024));
  const [now, highest] = sizes.sort(([one], [other]) => other - one)[0];
  return { now, highest };
}

function kilobytes(status, field) {
  return Number(status.match(new RegExp(`${field}:\\s+(\\d+)`))?.[1] ?? 0);
}
