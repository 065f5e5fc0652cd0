// Checks with names, run one after the other; closes with the line that the tally reads.

const checks = [];

export function check(name, run) {
  checks.push({ name, run });
}

// Runs all of them; whether all passed.
export async function report() {
  let failed = 0;
  for (const { name, run } of checks) {
    try {
      await run();
      console.log(`ok      ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}\n${error.stack ?? error}`);
    }
  }
  const verdict = failed === 0 ? 'ok' : 'FAILED';
  console.log(`test result: ${verdict}. ${checks.length - failed} passed; ${failed} failed`);
  return failed === 0;
}
