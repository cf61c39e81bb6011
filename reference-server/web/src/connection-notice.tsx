import { useEffect, useRef, useState } from 'react';
import type { ConnectionState } from '../client/index.ts';

/** ms for which it is said that the connection is back. */
const RECOVERED_FOR = 4_000;

const TEXTS: Partial<Record<ConnectionState | 'recovered', string>> = {
  reconnecting: 'Connection lost, reconnecting. Answers go on meanwhile.',
  offline: 'You are offline. Answers go on meanwhile and will be here when you are back.',
  recovered: 'Connected again.',
};

export function ConnectionNotice({ connection }: { connection: ConnectionState }) {
  const [isRecovered, setRecovered] = useState(false);
  const before = useRef(connection);
  useEffect(() => {
    const wasLost = before.current === 'reconnecting' || before.current === 'offline';
    before.current = connection;
    if (connection !== 'online' || !wasLost) return setRecovered(false);
    setRecovered(true);
    const timer = setTimeout(() => setRecovered(false), RECOVERED_FOR);
    return () => clearTimeout(timer);
  }, [connection]);
  const state = connection === 'online' && isRecovered ? 'recovered' : connection;
  const text = TEXTS[state];
  return text ? (
    <p className="connection" data-state={state}>
      {text}
    </p>
  ) : null;
}
