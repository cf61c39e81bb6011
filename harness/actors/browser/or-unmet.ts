import { Unmet } from '../actor.ts';

/** What Playwright says when something cannot be done at a page; anything else is a defect of ours. */
const UNMET = /Timeout \d+ms exceeded|net::ERR_|Navigation .*interrupted|frame was detached/;

/**
 * What a person does at a page. What cannot be done there within a bound (`ms`) has been waited for in vain.
 *
 * @throws Unmet
 */
export async function orUnmet<T>(what: string, ms: number, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof Unmet || !UNMET.test(message)) throw error;
    throw new Unmet(`${what} (${message.split('\n', 1)[0]})`, ms);
  }
}
