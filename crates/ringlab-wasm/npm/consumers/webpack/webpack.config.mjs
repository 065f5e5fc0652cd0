// Webpack as it comes: no loader, no plug-in.

export default { mode: 'production', target: 'web', entry: './main.mjs', performance: { hints: false } };
