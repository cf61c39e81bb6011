/**
 * A program: a scenario that is data, a row of steps. It can be drawn by chance, shortened, kept in a file and played
 * again. It is written as JSON:
 *
 *     { "program": 1, "resume": "auto", "steps": [{ "do": "refresh", "tab": "laptop/1" }, …] }
 *
 * `"instances": 2` stands there where the target runs as two processes.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { HoldfastError } from '../errors.ts';
import { seedOf } from '../runs/draw.ts';
import { type Abilities, emptyScene, type Scene } from './scene.ts';
import { befallsAll, kindOf, type Step, stepShape } from './steps/index.ts';

export interface Program {
  /** Version of this format. */
  program: 1;
  /** How clients catch up: as the target can, or by polling. */
  resume: 'auto' | 'poll';
  /** Processes of the target, on one database; absent: one. */
  instances?: 2;
  steps: Step[];
}

/** More steps than this are no short form of anything. */
const MOST_STEPS = 200;

const shape = z.strictObject({
  program: z.literal(1),
  resume: z.enum(['auto', 'poll']),
  instances: z.literal(2).optional(),
  steps: z.array(stepShape).min(1).max(MOST_STEPS),
  /** For people. */
  about: z.string().optional(),
});

/** A target that can do all that a step may ask for. */
export const ABLE: Abilities = {
  stop: true,
  afterCrash: 'error-with-partial',
  checkpointWithin: 2_000,
  instances: true,
  clock: 'node',
  database: true,
  ownDatabase: true,
};

/** How a program goes for such a target: the steps that make sense, and how things stand after them. */
export function plotOf(program: Program, abilities: Abilities): { steps: Step[]; scene: Scene } {
  const { steps } = program;
  const scene = sceneOf(program, abilities);
  const made: Step[] = [];
  for (const step of steps) if (kindOf(step).enact(scene, step, made.length + 1)) made.push(step);
  return { steps: made, scene };
}

/** How things stand before its first step. */
export function sceneOf({ resume, instances }: Program, abilities: Abilities): Scene {
  const isPair = instances !== undefined && abilities.instances === true;
  return emptyScene(abilities, { polls: resume === 'poll', instances: isPair ? instances : 1 });
}

/** The same without steps, or an instance, that make no sense; null where it asks nothing. */
export function essence(program: Program, abilities: Abilities = ABLE): Program | null {
  const { steps, scene } = plotOf(program, abilities);
  if (scene.questions.size === 0) return null;
  const { instances, ...rest } = program;
  return { ...rest, ...(instances && scene.instances.length === instances && { instances }), steps };
}

/** It does something to the server that others would feel, or has two. */
export function isAlone({ instances, steps }: Program): boolean {
  return instances !== undefined || steps.some(befallsAll);
}

/** Follows from what it does. */
export function nameOf({ resume, instances, steps }: Program): string {
  const does = JSON.stringify([resume, steps, ...(instances ? [instances] : [])]);
  return `program-${seedOf(0, does).toString(36)}`;
}

export function inWords({ resume, instances, steps }: Program): string[] {
  return [
    ...(instances ? ['the server runs as two instances'] : []),
    ...(resume === 'poll' ? ['clients catch up by polling'] : []),
    ...steps.map((step) => kindOf(step).say(step)),
  ];
}

/** One line of JSON that `readProgram` reads. */
export function encode({ resume, instances, steps }: Program): string {
  return JSON.stringify({ program: 1, resume, ...(instances && { instances }), steps });
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
  const { about: _, instances, ...rest } = read.data;
  const sound = essence({ ...rest, ...(instances && { instances }) });
  if (!sound) throw refuse('none of its steps asks anything');
  return sound;
}

function whatIsWrong({ issues }: z.ZodError): string {
  const [first] = issues;
  return `${first!.path.join('.') || 'it'}: ${first!.message}`;
}
