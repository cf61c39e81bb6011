// obot-platform/obot#1857, soliplex#685: whoever reconnects makes the LLM be asked again.
import type { Services } from '../services.ts';
import type { ServerDefect } from './defect.ts';

export const regeneratesOnReconnect: ServerDefect = {
  name: 'regenerates-on-reconnect',
  about: 'Coming back to an answer asks the LLM again; that the answer is there already is noticed too late.',
  seenIn: ['obot-platform/obot#1857', 'soliplex#685'],
  plant: (parts) => ({
    ...parts,
    async openStream(services, id, from, response, greet) {
      if (!greet && services.running.get(id)) await askAgain(services, id);
      return parts.openStream(services, id, from, response, greet);
    },
  }),
};

async function askAgain({ parts, config, messages }: Services, id: string): Promise<void> {
  const question = (await messages.byId(id))?.reply_to;
  if (!question) return;
  const turns = await messages.upTo(question);
  for await (const _ of parts.chat(config.llm, turns, new AbortController().signal)) break;
}
