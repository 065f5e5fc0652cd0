// Closes a run with the line that cargo's own test runner prints, so that one counter reads both.

export default class Tally {
  #passed = 0;
  #failed = 0;

  onTestEnd(test, result) {
    if (result.status === test.expectedStatus && result.status !== 'skipped') this.#passed += 1;
    else this.#failed += 1;
  }

  // An error outside any test: a configuration or a server that does not start.
  onError() {
    this.#failed += 1;
  }

  onEnd() {
    const verdict = this.#failed === 0 ? 'ok' : 'FAILED';
    console.log(`test result: ${verdict}. ${this.#passed} passed; ${this.#failed} failed`);
  }

  printsToStdio() {
    return false;
  }
}
