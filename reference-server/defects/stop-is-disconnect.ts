// vercel/ai#6502, cloudflare/agents#68: stop closes the client's stream, and the LLM goes on.
import type { EventStream } from '../sse/event-stream.ts';
import type { ServerDefect } from './defect.ts';

export const stopIsDisconnect: ServerDefect = {
  name: 'stop-is-disconnect',
  about: 'Stop closes the streams of whoever reads; the LLM goes on, and the answer is completed.',
  seenIn: ['vercel/ai#6502', 'cloudflare/agents#68'],
  plant(parts) {
    const streams = new Map<string, EventStream[]>();
    return {
      ...parts,
      readAlong(generation, stream, place) {
        const { id } = generation;
        streams.set(id, [...(streams.get(id) ?? []), stream]);
        parts.readAlong(generation, stream, place);
      },
      async stop(services, id) {
        const generation = services.running.get(id);
        if (!generation) return parts.stop(services, id);
        for (const stream of streams.get(id) ?? []) stream.end();
        return { status: 'cancelled', length: generation.length };
      },
    };
  },
};
