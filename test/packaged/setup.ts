import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { unzippedService } from './artefact.ts';
import { endFunctions, theGate } from './functions.ts';

// Not in the time of the first test that calls a function.
beforeAll(async () => void (await unzippedService()), 180_000);

// Whatever a test is about: no role denies what its function does, and every signature holds.
afterEach(async () => expect((await theGate()).takeRefusals()).toEqual([]));
afterAll(endFunctions);
