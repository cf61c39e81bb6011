import { z } from 'zod';
import type { AnswerFaultId } from '../../faults/answers/index.ts';
import { answerFaults } from '../../faults/answers/index.ts';
import { DEVICES } from '../names.ts';
import type { StepKind } from './step.ts';

/** What befalls answers, and that there are none: new connections are reset. */
export const BEFALLS = [...(Object.keys(answerFaults) as AnswerFaultId[]), 'refused'] as const;

const shape = z.strictObject({ do: z.literal('befall'), device: z.enum(DEVICES), what: z.enum(BEFALLS) });

export const befall: StepKind<z.infer<typeof shape>> = {
  about:
    'Something befalls the answers to new requests of a device, until it heals: they are 502 or 503, late, buffered, empty, or refused.',
  shape,
  enact(scene, { device: name, what }) {
    const device = scene.devices.get(name);
    // What is refused is not answered in any other way.
    if (!device?.online || device.befallen === what || device.befallen === 'refused') return false;
    device.befallen = what;
    return true;
  },
  async play(cast, { device: name, what }, n) {
    const device = await cast.device(name);
    if (what === 'refused') await device.refuse(`befall-${n}`);
    else await device.befall(what, `befall-${n}`);
  },
  say: ({ device, what }) => `from now on what ${device} asks for is ${WORDS[what]}`,
};

const WORDS: Record<(typeof BEFALLS)[number], string> = {
  unavailable: 'answered by 503',
  'bad-gateway': 'answered by 502',
  'slow-headers': 'answered late',
  buffered: 'kept back until its end',
  emptied: 'answered by empty streams',
  refused: 'refused',
};
