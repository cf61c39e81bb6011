/**
 * Options of Node for processes whose memory is looked at: what they do not need any more is collected early. What lives for a
 * moment may take three times 8 MiB, and all else half as much again as what is in use; V8 would let the one grow by 100 MiB
 * within minutes, and the other to three times what is in use, by a little more each time, so that for ten minutes nobody could
 * see whether a process keeps anything. It costs no time that could be measured.
 */
export const SMALL_HEAP: readonly string[] = ['--max-semi-space-size=8', '--heap-growing-percent=50'];
