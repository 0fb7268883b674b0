import type { Reporter, TestModule } from 'vitest/node';

/** Ends the output with one plain line that a machine can read, whatever the runner's own summary looks like. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: (typeof states)[number]) => states.filter((each) => each === state).length;
    const failed = count('failed') + modules.filter((module) => module.state() === 'failed').length;
    process.stdout.write(`\n${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped\n`);
  }
}
