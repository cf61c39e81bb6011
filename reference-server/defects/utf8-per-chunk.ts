// api7/aisix#111, ollama-js#255: each piece of bytes is decoded by itself, and a character cut in two breaks.
import { sseData } from '../llm/sse-data.ts';
import type { ServerDefect } from './defect.ts';

export const utf8PerChunk: ServerDefect = {
  name: 'utf8-per-chunk',
  about:
    'Each piece of bytes of the LLM is decoded by itself: a character cut in two becomes two that are none.',
  seenIn: ['api7/aisix#111', 'ollama-js#255'],
  plant: (parts) => ({
    ...parts,
    chat: (config, turns, signal) =>
      parts.chat(config, turns, signal, (bytes) => sseData(decodedAlone(bytes))),
  }),
};

async function* decodedAlone(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) yield new TextEncoder().encode(new TextDecoder().decode(piece));
}
