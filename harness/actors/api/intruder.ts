/**
 * Somebody who must not succeed: another user reads, resumes and stops what is not theirs, and nonsense cursors
 * are presented. Every attempt is an operation marked `hostile`; what leaked is recorded with it.
 */
import type { InvokeEvent, SendSeed } from '../../history/index.ts';
import type { HttpRequest, User } from '../../targets/target.ts';
import { exchange, openStream, type Way } from './http.ts';
import type { ApiSettings } from './settings.ts';

export interface Victim {
  /** The target's id of the session. */
  session: string;
  answers: { send: SendSeed; message: string; text: string }[];
}

interface Attempt {
  f: 'read' | 'status' | 'resume' | 'stop';
  hostile: NonNullable<InvokeEvent['hostile']>;
  user: User;
  request: HttpRequest;
  send?: SendSeed;
  streams?: boolean;
}

const NOBODYS = '00000000-0000-4000-8000-000000000000';
/** A refusal comes at once; a stream that is let in by mistake is read for so long (ms) to see what leaks. */
const LISTEN_MS = 300;

/** @param way of the given user */
export async function attack(settings: ApiSettings, way: (user: User) => Way, victim: Victim): Promise<void> {
  for (const attempt of attemptsAt(settings, victim))
    await make(settings, way(attempt.user), attempt, victim.session);
}

/** What is tried of a victim, in that order. */
export function attemptsAt(
  { target, persistence, user }: Pick<ApiSettings, 'target' | 'persistence' | 'user'>,
  { session, answers }: Victim,
): Attempt[] {
  const capabilities = target.capabilities(persistence);
  const other = target.users.find((candidate) => candidate.name !== user.name)!;
  const attempts: Attempt[] = [];
  if (capabilities.users) {
    const theirs = { hostile: 'foreign-user', user: other } as const;
    attempts.push({ ...theirs, f: 'read', request: target.history(session) });
    if (target.status) attempts.push({ ...theirs, f: 'status', request: target.status(session) });
    for (const { send, message } of answers) {
      const at = { session, message };
      attempts.push({
        ...theirs,
        f: 'resume',
        send,
        streams: true,
        request: target.open({ ...at, cursor: null }),
      });
      if (target.stop && capabilities.stop)
        attempts.push({ ...theirs, f: 'stop', send, request: target.stop(at) });
    }
  }
  if (capabilities.cursor === 'none' || capabilities.resume !== 'append') return attempts;
  for (const { send, message, text } of answers) {
    const resume = (hostile: Attempt['hostile'], cursor: string): Attempt => ({
      f: 'resume',
      hostile,
      user,
      send,
      streams: true,
      request: target.open({ session, message, cursor }),
    });
    attempts.push(resume('malformed-cursor', 'no/such:cursor!'));
    if (!target.cursorOf) continue;
    const foreign = target.cursorOf(NOBODYS, text);
    // Where a cursor is a bare count it names no answer: then this one is nobody's, and to be served.
    if (foreign !== target.cursorOf(message, text)) attempts.push(resume('foreign-cursor', foreign));
    attempts.push(resume('past-end-cursor', target.cursorOf(message, text + 'x'.repeat(1_000_000))));
  }
  return attempts;
}

async function make(
  { recorder, target, requestWithin, name }: ApiSettings,
  way: Way,
  attempt: Attempt,
  session: string,
) {
  const { f, hostile, send, request, streams } = attempt;
  const fields = {
    op: name('op'),
    f,
    actor: 'intruder',
    user: attempt.user.name,
    session,
    hostile,
    ...(send !== undefined && { send }),
  };
  recorder.record({ type: 'invoke', ...fields });
  try {
    if (!streams) {
      const answer = await exchange(way, request, requestWithin);
      if (answer.status >= 300) {
        recorder.record({ type: 'fail', ...fields, http: answer.status, ...target.refusal(answer) });
      } else {
        recorder.record({
          type: 'ok',
          ...fields,
          http: answer.status,
          length: JSON.stringify(answer.body).length,
        });
      }
      return;
    }
    const opened = await openStream(way, request, target.framing, requestWithin);
    if ('refused' in opened) {
      const { refused } = opened;
      recorder.record({ type: 'fail', ...fields, http: refused.status, ...target.refusal(refused) });
      return;
    }
    let leaked = 0;
    const timer = setTimeout(() => opened.stream.close(), LISTEN_MS);
    await opened.stream.read((frame) => {
      leaked += target.decode(frame).text?.text.length ?? 0;
    });
    clearTimeout(timer);
    recorder.record({ type: 'ok', ...fields, http: opened.status, length: leaked });
  } catch (error) {
    recorder.record({ type: 'info', ...fields, reason: String(error) });
  }
}
