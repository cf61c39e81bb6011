/** The k6 that is built where there is none: the newest that was tried with the scripts of scenarios/k6. sse/go.mod has it too. */
export const K6_VERSION = 'v1.8.1';
/** Older ones take TypeScript only if they are told to, or not at all. */
export const OLDEST_MAJOR = 1;
