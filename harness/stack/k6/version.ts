/** The k6 that is built where there is none: the newest that was tried with the scripts of scenarios/k6. */
export const K6_VERSION = 'v1.8.1';
export const K6_MODULE = 'go.k6.io/k6';
/** Older ones take TypeScript only if they are told to, or not at all. */
export const OLDEST_MAJOR = 1;
