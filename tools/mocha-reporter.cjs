// Mocha's "spec" output, and the numbers in a file.
const { writeFileSync } = require("node:fs");
const { Runner, reporters } = require("mocha");

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      writeFileSync(options.reporterOptions.result, JSON.stringify({ passed: passes, failed: failures, skipped }));
    });
  }
};
