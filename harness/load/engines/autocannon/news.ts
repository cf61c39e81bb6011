/**
 * Whether a tag still holds is seen only by asking without one: should there be more than what was held, the tag must
 * not be good any more. Asked in this order, an answer that grows in between cannot excuse a 304.
 */
import { SILENCE } from '../../engine/context.ts';
import { ask, type Way } from '../../engine/exchange.ts';
import type { Outcome } from './asking.ts';
import { type Asker, heldOf, type ShortDoing } from './doings.ts';

export interface Held {
  asker: Asker;
  /** Of what was told last. */
  tag(): string | undefined;
}

export async function lastNews(doing: ShortDoing, { asker, tag }: Held, way: Way): Promise<Outcome> {
  const { seat } = asker;
  const [before, etag] = [heldOf(seat), tag()];
  if (etag === undefined) return { is: 'lost-track', why: 'no answer came with an ETag' };
  const request = doing.request(asker);
  try {
    const plain = await ask(way, request, SILENCE);
    if (plain.status !== 200) return unseen(plain.status);
    const breaches = doing.judge(asker, plain, '');
    const headers = { ...request.headers, 'if-none-match': etag };
    const news = await ask(way, { ...request, headers }, SILENCE);
    if (news.status !== 200 && news.status !== 304) return unseen(news.status);
    if (news.status === 200 || heldOf(seat) === before) return { is: 'judged', breaches };
    const violation = {
      clause: 'idle',
      expected: `the ${heldOf(seat)} units that there are`,
      actual: `304: still what was told before, ${before} units`,
      place: 'delivery' as const,
      where: seat.session,
      evidence: [],
    };
    return { is: 'judged', breaches: [...breaches, { checker: 'truthful-status', violation }] };
  } catch (error) {
    return { is: 'lost-track', why: String(error) };
  }
}

/** Also where it was only refused: all that was answered by 304 before hangs on this look. */
function unseen(status: number): Outcome {
  return { is: 'lost-track', why: `status ${status} where it was to be seen whether a tag still holds` };
}
