import { expect, it } from 'vitest';
import { strikeEverywhere } from '../testing/strike-everywhere.ts';

it('delivers every frame before the strike, then closes without the terminator of the body', async () => {
  for (const { whole, body, terminated, ended, journalled, fault, closedBy } of await strikeEverywhere(
    'fin',
    false,
  )) {
    expect(body.toString()).toBe(whole.toString());
    expect({ terminated, ended }).toEqual({ terminated: false, ended: 'fin' });
    expect(journalled).toBe(body.length);
    expect(fault).toEqual(['armed', 'struck 1', 'healed']);
    expect(closedBy).toEqual(['fault']);
  }
});
