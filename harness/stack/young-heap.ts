/**
 * For processes whose memory is looked at: what lives for a moment may take three times 8 MiB. V8 would let it grow by 100 MiB
 * within minutes, and give it back in one of the next ten: whether a process keeps anything could not be seen for that. It costs
 * no time that could be measured.
 */
export const SMALL_YOUNG_HEAP = '--max-semi-space-size=8';
