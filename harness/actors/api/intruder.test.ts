import { expect, test } from 'vitest';
import { tinyTarget } from '../../../tests/targets/tiny.ts';
import { reference } from '../../targets/reference.ts';
import type { Target } from '../../targets/target.ts';
import { attemptsAt } from './intruder.ts';

const victim = { session: 's', answers: [{ send: 1, message: 'm', text: 'kelp' }] };

function triedOf(target: Target) {
  const settings = { target, persistence: target.persistence[0]!, user: target.users[0] };
  return attemptsAt(settings, victim).map(({ f, hostile, user }) => `${f} ${hostile} by ${user.name}`);
}

/** The tiny server as it would be, if who comes back could say how much it has. */
function counting(cursorOf: NonNullable<Target['cursorOf']>): Target {
  const tiny = tinyTarget();
  return {
    ...tiny,
    capabilities: (way) => ({ ...tiny.capabilities(way), cursor: 'index', resume: 'append' }),
    cursorOf,
  };
}

test('a cursor that names its answer is tried of another one, too', () => {
  const tried = [
    'resume malformed-cursor by one',
    'resume foreign-cursor by one',
    'resume past-end-cursor by one',
  ];
  expect(triedOf(counting((message, text) => `${message}:${text.length}`))).toEqual(tried);
  expect(triedOf(reference)).toContain('resume foreign-cursor by alice');
});

test('a bare count is nobody else’s: that it is served is no leak', () => {
  const tried = ['resume malformed-cursor by one', 'resume past-end-cursor by one'];
  expect(triedOf(counting((_, text) => String(text.length)))).toEqual(tried);
});

test('where there are neither cursors nor users, there is nothing to try', () => {
  expect(triedOf(tinyTarget())).toEqual([]);
});
