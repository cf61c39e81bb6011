/** What many defects have in common: they strike whoever comes back to an answer that is being generated. */
import type { Generation } from '../generation/generation.ts';
import type { Parts } from '../parts.ts';

/** Exchanges how a reader is served who comes back; whoever has just asked is served as before. */
export function forWhoComesBack(parts: Parts, readAlong: Parts['readAlong']): Parts {
  return {
    ...parts,
    openStream(services, id, from, response, greet) {
      if (greet || !services.running.get(id)) return parts.openStream(services, id, from, response, greet);
      const changed = { ...services, parts: { ...services.parts, readAlong } };
      return parts.openStream(changed, id, from, response);
    },
  };
}

/** Calls back when the connection of whoever asked is gone while the answer is being generated. */
export function whenAskerLeaves(parts: Parts, left: (generation: Generation) => void): Parts {
  return {
    ...parts,
    async openStream(services, id, from, response, greet) {
      await parts.openStream(services, id, from, response, greet);
      if (!greet) return;
      response.once('close', () => {
        const generation = services.running.get(id);
        if (generation) left(generation);
      });
    },
  };
}
