import { ApiError } from './errors.ts';
import type { Outcome } from './generation/generation.ts';
import { discardEnded } from './hear.ts';
import type { Services } from './services.ts';

/** Ends a generation in `cancelled`, here or on another instance, unless it has ended: the state that holds from now on. */
export async function stop(
  { parts, config, db, instance, log, messages, running, signals }: Services,
  id: string,
): Promise<Pick<Outcome, 'status' | 'length'>> {
  const generation = running.get(id);
  if (generation) {
    const { status, length } = await generation.end('cancelled');
    return { status, length };
  }
  await parts.store.cancelElsewhere(db, { owner: instance, lease: config.lease }, id);
  signals.tell('taken', id);
  discardEnded({ config, db, log }, [id]);
  const row = await messages.byId(id);
  if (!row || row.status === 'generating') throw new ApiError('MESSAGE_NOT_FOUND');
  return { status: row.status, length: row.content.length };
}
