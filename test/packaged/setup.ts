import { afterAll, afterEach, expect } from 'vitest';
import { endFunctions, theGate } from './functions.ts';

// Whatever a test is about: no role denies what its function does, and every signature holds.
afterEach(async () => expect((await theGate()).takeRefusals()).toEqual([]));
afterAll(endFunctions);
