/** A reporter of jest that tells the process which started jest how many tests passed. */
// biome-ignore lint/style/noDefaultExport: jest asks for it
export default class CountReporter {
  onRunComplete(_contexts, results) {
    process.send?.({
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests,
    });
  }
}
