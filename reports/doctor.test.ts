import { expect, it } from 'vitest';
import { renderFindings } from './doctor.ts';

const node = { what: 'Node', ok: true, needed: true, detail: '24.21.0', advice: 'install it' };
const docker = { what: 'Docker engine', ok: false, needed: false, detail: 'does not answer' };
const temp = { what: 'temp', ok: false, needed: true, detail: 'full', advice: 'make room' };

it('tells what is there, what is missing, and what to do about it', () => {
  expect(renderFindings([node, docker, temp], 80)).toBe(
    [
      '✓ Node           24.21.0',
      '– Docker engine  does not answer',
      '✗ temp           full',
      '                 → make room',
      '',
      'Needed and missing: temp.',
      '',
    ].join('\n'),
  );
});

it('says that nothing needed is missing', () => {
  expect(renderFindings([node, docker], 80)).toMatch(/\n\nEverything that is needed is here\.\n$/);
});
