// Mocha's "spec" output, and the results in a file.
const { writeFileSync } = require("node:fs");
const { Runner, reporters } = require("mocha");

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const { EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } = Runner.constants;
    const skipped = [];
    const failed = [];
    runner.on(EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    runner.on(EVENT_TEST_FAIL, (test, error) => failed.push(`${test.fullTitle()}\n${error.stack ?? error.message}`));
    runner.once(EVENT_RUN_END, () => {
      const { passes } = this.stats;
      writeFileSync(options.reporterOptions.result, JSON.stringify({ passed: passes, failed, skipped }));
    });
  }
};
