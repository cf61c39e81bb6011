/** What the actors of a play did, each with its beginning and what came of it. */
import type { GenerationState, OperationName, RecordedOf, SendSeed } from '../history/events.ts';
import { certainlyBefore, type Instant, type Moment, momentOf } from './moment.ts';

type OutcomeEvent = RecordedOf<'ok' | 'fail' | 'info'>;
export type OperationEvent = RecordedOf<'invoke'> | OutcomeEvent;

export interface Operation {
  op: string;
  f: OperationName;
  actor: string;
  session?: string;
  send?: SendSeed;
  hostile?: NonNullable<RecordedOf<'invoke'>['hostile']>;
  causes?: 'regenerate' | 'continue';
  invoked: Moment | null;
  outcome: {
    type: 'ok' | 'fail' | 'info';
    at: Moment;
    state?: GenerationState;
    length?: number;
    http?: number;
    kept?: boolean;
    reason?: string;
  } | null;
}

/** Operations that no checker asks about; a long run makes them without number. */
const PASSED_OVER: ReadonlySet<OperationName> = new Set([
  'poll',
  'status',
  'read',
  'probe',
  'create-session',
]);

export class Operations {
  private readonly byOp = new Map<string, Operation>();

  step(event: OperationEvent): void {
    if (PASSED_OVER.has(event.f) && event.hostile === undefined) return;
    const operation = this.byOp.get(event.op) ?? newOperation(event);
    this.byOp.set(event.op, operation);
    if (event.type === 'invoke') {
      operation.invoked = momentOf(event);
      if (event.causes) operation.causes = event.causes;
      return;
    }
    operation.outcome = outcomeOf(event);
    // What is known only from the answer: the session that a send went to, say.
    if (event.session !== undefined) operation.session ??= event.session;
    if (event.send !== undefined) operation.send ??= event.send;
  }

  /** Those of a kind, in the order of their times; none of a stranger who tries what he must not. */
  of(f: OperationName, send?: SendSeed): Operation[] {
    return [...this.byOp.values()]
      .filter(
        (operation) =>
          operation.f === f && !operation.hostile && (send === undefined || operation.send === send),
      )
      .sort((a, b) => startOf(a).t - startOf(b).t);
  }

  /** Whether the actor's page may have been frozen at some time of the span. */
  stoodStill(actor: string, from: Instant, to: Instant): boolean {
    const thaws = this.of('thaw').filter((thaw) => thaw.actor === actor);
    return this.of('freeze').some((freeze) => {
      if (freeze.actor !== actor || certainlyBefore(to, startOf(freeze))) return false;
      const thawed = thaws.map(({ outcome }) => outcome?.at).find((at) => at && at.t > startOf(freeze).t);
      return !(thawed && certainlyBefore(thawed, from));
    });
  }

  merge(other: Operations): void {
    for (const [op, operation] of other.byOp) {
      const known = this.byOp.get(op);
      this.byOp.set(op, known ? mergeOperations(known, operation) : operation);
    }
  }
}

/** When an operation began, as well as it is known. */
export function startOf(operation: Operation): Instant {
  return operation.invoked ?? operation.outcome?.at ?? { t: Number.NaN, err: 0 };
}

function newOperation(event: OperationEvent): Operation {
  const { op, f, actor, session, send, hostile } = event;
  return {
    op,
    f,
    actor,
    invoked: null,
    outcome: null,
    ...(session !== undefined && { session }),
    ...(send !== undefined && { send }),
    ...(hostile !== undefined && { hostile }),
  };
}

function outcomeOf(event: OutcomeEvent): NonNullable<Operation['outcome']> {
  const { state, length, kept } = event.type === 'ok' ? event : {};
  const http = event.type === 'info' ? undefined : event.http;
  return {
    type: event.type,
    at: momentOf(event),
    ...(state !== undefined && { state }),
    ...(length !== undefined && { length }),
    ...(http !== undefined && { http }),
    ...(kept !== undefined && { kept }),
    ...(event.type !== 'ok' && { reason: event.reason }),
  };
}

function mergeOperations(a: Operation, b: Operation): Operation {
  return { ...b, ...a, invoked: a.invoked ?? b.invoked, outcome: a.outcome ?? b.outcome };
}
