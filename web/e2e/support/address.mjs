// Where the tests find the page: under a path, as on a host that serves more than this page.

export const PORT = Number(process.env.RINGLAB_PORT ?? 8231);
export const BASE = '/some/where/ringlab/';
export const ADDRESS = `http://127.0.0.1:${PORT}${BASE}`;
