/** Streams an answer from its beginning, as a reader who never saw it. */
import { now, type SendSeed } from '../../history/index.ts';
import type { Meaning } from '../../wire/frames.ts';
import { openView } from '../view.ts';
import { openStream, type StreamEnd, type Way } from './http.ts';
import type { ApiSettings } from './settings.ts';
import { readable } from './unreadable.ts';

/** A connection may break through no fault of the answer; one that breaks again is what the target gives. */
const ATTEMPTS = 2;
/** A target closes its stream after the terminal event; one that does not is listened to for so long, ms. */
const AFTER_THE_END = 300;

interface Replayed {
  stream: string;
  meanings: { meaning: Meaning; at: number }[];
  why: 'terminal' | 'eof' | 'broken' | 'client' | 'refused';
  http?: number;
  code?: string;
}

/** What came is booked as one fresh view; nothing is, where no answer came at all: nobody knows then. */
export async function replay(
  settings: ApiSettings,
  way: Way,
  at: { actor: string; session: string; message: string; send: SendSeed },
): Promise<void> {
  const { recorder, name } = settings;
  const { actor, send, session } = at;
  const fields = { op: name('op'), f: 'resume', actor, user: settings.user.name, session, send } as const;
  recorder.record({ type: 'invoke', ...fields });
  let last: Replayed | undefined;
  let failed = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      last = await listen(settings, way, at);
      // What was listened to in vain for so long gives no more a second time.
      if (last.why !== 'broken' && last.why !== 'eof') break;
    } catch (error) {
      failed = String(error);
    }
  }
  if (!last) {
    recorder.record({ type: 'info', ...fields, reason: failed });
    return;
  }
  const { stream, meanings, why, http, code } = last;
  const view = openView({ id: name('view'), actor, send, recorder, kind: 'snapshot', fresh: true });
  const connection = { stream, view: view.id, send };
  recorder.record({ type: 'stream.open', ...connection, actor, cursor: null });
  for (const { meaning, at: heard } of meanings) {
    const { text, terminal } = meaning;
    if (text) view[text.how](text.text, stream);
    if (terminal === undefined) continue;
    recorder.record({
      type: 'state',
      from: 'stream',
      actor,
      send,
      asked: heard,
      state: terminal,
      fresh: true,
    });
    view.end(terminal);
  }
  const status = { ...(http !== undefined && { http }), ...(code !== undefined && { code }) };
  recorder.record({ type: 'stream.close', ...connection, why, ...status });
  view.close('snapshot');
  if (why === 'refused')
    recorder.record({ type: 'fail', ...fields, ...status, reason: 'the replay was refused' });
  else recorder.record({ type: 'ok', ...fields });
}

async function listen(
  settings: ApiSettings,
  way: Way,
  { actor, session, message, send }: { actor: string; session: string; message: string; send: SendSeed },
): Promise<Replayed> {
  const { target, name, silence, waitWithin } = settings;
  const replayed: Replayed = { stream: name('stream'), meanings: [], why: 'broken' };
  const bound = new AbortController();
  const timer = setTimeout(() => bound.abort(), waitWithin);
  try {
    const request = target.open({ session, message, cursor: null });
    const opened = await openStream(way, request, target.framing, silence, bound.signal);
    if ('refused' in opened) {
      const { refused } = opened;
      const refusal = readable(settings, { actor, what: 'answer', send }, () => target.refusal(refused));
      return { ...replayed, why: 'refused', http: refused.status, code: refusal?.code ?? 'unreadable' };
    }
    let ended = false;
    const how: StreamEnd = await opened.stream.read((frame) => {
      const meaning = readable(settings, { actor, what: 'frame', send }, () => target.decode(frame));
      if (!meaning) return opened.stream.close();
      replayed.meanings.push({ meaning, at: now() });
      if (meaning.terminal === undefined || ended) return;
      ended = true;
      setTimeout(() => opened.stream.close(), AFTER_THE_END).unref();
    });
    return { ...replayed, why: ended ? 'terminal' : how === 'stalled' ? 'client' : how };
  } finally {
    clearTimeout(timer);
  }
}
