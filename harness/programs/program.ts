/**
 * A program: a scenario that is data, a row of steps. It can be drawn by chance, shortened, kept in a file and played
 * again. It is written as JSON:
 *
 *     { "program": 1, "resume": "auto", "steps": [{ "do": "refresh", "tab": "laptop/1" }, …] }
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { HoldfastError } from '../errors.ts';
import { seedOf } from '../runs/draw.ts';
import { type Abilities, emptyScene, type Scene } from './scene.ts';
import { kindOf, type Step, stepShape } from './steps/index.ts';

export interface Program {
  /** Version of this format. */
  program: 1;
  /** How clients catch up: as the target can, or by polling. */
  resume: 'auto' | 'poll';
  steps: Step[];
}

/** More steps than this are no short form of anything. */
const MOST_STEPS = 200;

const shape = z.strictObject({
  program: z.literal(1),
  resume: z.enum(['auto', 'poll']),
  steps: z.array(stepShape).min(1).max(MOST_STEPS),
  /** For people. */
  about: z.string().optional(),
});

/** A target that can do all that a step may ask for. */
export const ABLE: Abilities = { stop: true, afterCrash: 'error-with-partial', checkpointWithin: 2_000 };

/** How a program goes for such a target: the steps that make sense, and how things stand after them. */
export function plotOf({ resume, steps }: Program, abilities: Abilities): { steps: Step[]; scene: Scene } {
  const scene = emptyScene(abilities, resume === 'poll');
  const made: Step[] = [];
  for (const step of steps) if (kindOf(step).enact(scene, step, made.length + 1)) made.push(step);
  return { steps: made, scene };
}

/** The same without steps that make no sense; null where it asks nothing. */
export function essence(program: Program, abilities: Abilities = ABLE): Program | null {
  const { steps, scene } = plotOf(program, abilities);
  return scene.questions.size === 0 ? null : { ...program, steps };
}

/** Follows from what it does. */
export function nameOf({ resume, steps }: Program): string {
  return `program-${seedOf(0, JSON.stringify([resume, steps])).toString(36)}`;
}

export function inWords({ resume, steps }: Program): string[] {
  const lines = steps.map((step) => kindOf(step).say(step));
  return resume === 'poll' ? ['clients catch up by polling', ...lines] : lines;
}

/** One line of JSON that `readProgram` reads. */
export function encode({ resume, steps }: Program): string {
  return JSON.stringify({ program: 1, resume, steps });
}

/**
 * @param source the JSON itself, or the path of a file that holds it
 * @throws HF_PROGRAM
 */
export function readProgram(source: string): Program {
  const isText = source.trimStart().startsWith('{');
  const refuse = (what: string, cause?: unknown) =>
    new HoldfastError('HF_PROGRAM', { source: isText ? 'the text given' : source, what }, { cause });
  let json: unknown;
  try {
    json = JSON.parse(isText ? source : readFileSync(source, 'utf8'));
  } catch (error) {
    throw refuse((error as Error).message, error);
  }
  const read = shape.safeParse(json);
  if (!read.success) throw refuse(whatIsWrong(read.error));
  const { program, resume, steps } = read.data;
  const sound = essence({ program, resume, steps });
  if (!sound) throw refuse('none of its steps asks anything');
  return sound;
}

function whatIsWrong({ issues }: z.ZodError): string {
  const [first] = issues;
  return `${first!.path.join('.') || 'it'}: ${first!.message}`;
}
