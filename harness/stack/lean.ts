/**
 * How processes of Node are started whose memory is looked at: what they do not need any more is not kept. What is resident goes
 * up to the most that was ever there, a little higher each time, so that for ten minutes nobody could see whether a process keeps
 * anything.
 *
 *     young heap   what lives for a moment may take three times 8 MiB; V8 would let it grow by 100 MiB within minutes
 *     old heap     a quarter more than what is in use; V8 would let it grow to three times that
 *     malloc       one arena for all threads; glibc would give each of those that help to collect garbage its own, and what
 *                  one of them has let go no other can use. Other C libraries do not know that name
 *
 * To collect a large heap often takes time from the answers: where there are many at a time, the old heap grows as V8 likes.
 */

const FEW = 500;

/** @param answers that the process has to do with at a time */
export function lean(answers: number): { flags: string[]; env: Record<string, string> } {
  return {
    flags: ['--max-semi-space-size=8', ...(answers <= FEW ? ['--heap-growing-percent=25'] : [])],
    env: { MALLOC_ARENA_MAX: '1' },
  };
}
