/** What the address says: which session is shown, and whether its text is plain. */
export type Mode = 'rendered' | 'plain';

export function readAddress(): { session: string | null; mode: Mode } {
  const query = new URLSearchParams(location.search);
  return { session: query.get('session'), mode: query.get('mode') === 'plain' ? 'plain' : 'rendered' };
}

/** Puts a session into the address, as a step that the back button takes back. */
export function visit(session: string): void {
  const url = new URL(location.href);
  if (url.searchParams.get('session') === session) return;
  url.searchParams.set('session', session);
  history.pushState(null, '', url);
}
