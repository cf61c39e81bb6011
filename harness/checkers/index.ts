/** All checkers, in the order in which results show them. */
import { access } from './access.ts';
import { boundedExposure } from './bounded-exposure.ts';
import { cancelHonoured } from './cancel-honoured.ts';
import type { Checker } from './checker.ts';
import { convergence } from './convergence.ts';
import { coverage } from './coverage.ts';
import { cursorExact } from './cursor-exact.ts';
import { earlyVisibility } from './early-visibility.ts';
import { eventualEnd } from './eventual-end.ts';
import { hygiene } from './hygiene.ts';
import { isolation } from './isolation.ts';
import { noBlocking } from './no-blocking.ts';
import { noDuplication } from './no-duplication.ts';
import { noLoss } from './no-loss.ts';
import { oneGeneration } from './one-generation.ts';
import { oneTerminal } from './one-terminal.ts';
import { prefixOrder } from './prefix-order.ts';
import { timelyDelivery } from './timely-delivery.ts';
import { truthfulStatus } from './truthful-status.ts';

export const checkers: readonly Checker[] = [
  noLoss,
  noDuplication,
  prefixOrder,
  cursorExact,
  isolation,
  earlyVisibility,
  timelyDelivery,
  noBlocking,
  boundedExposure,
  eventualEnd,
  oneTerminal,
  truthfulStatus,
  oneGeneration,
  cancelHonoured,
  convergence,
  access,
  hygiene,
  coverage,
];

export const checkerIds: readonly string[] = checkers.map(({ id }) => id);
