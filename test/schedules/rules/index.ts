import { answersAreKept } from './answers.ts';
import { authorityIsUsedOnce } from './authority.ts';
import { budgetsHold } from './budgets.ts';
import { codesCountOnce } from './codes.ts';
import { givenBackOnce } from './counters.ts';
import { guessesAreCounted } from './guesses.ts';
import { messagesAreRecorded } from './messages.ts';
import type { MakeRule } from './rule.ts';

/** What the service promises, whatever happens. */
export const RULES: readonly MakeRule[] = [
  answersAreKept,
  authorityIsUsedOnce,
  budgetsHold,
  codesCountOnce,
  givenBackOnce,
  guessesAreCounted,
  messagesAreRecorded,
];
