/** Folders whose defences matter most, each with the tests that stand for it. */
export const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  domain: ['test/domain/**/*.test.ts'],
  // Without the property tests, which take seconds for each mutant.
  storage: ['test/storage/!(sendLimits|replay|client).test.ts'],
  codes: ['test/codes/**/*.test.ts', 'test/threats/{biasedCodes,codeAtRest,checkAtRest}.test.ts'],
  auth: ['test/auth/**/*.test.ts', 'test/threats/{proofForgeries,tokenTricks}.test.ts'],
};

/** The folder that a run is about, as the runner tells its workers. */
export const FOLDER = 'MUTATED_FOLDER';
