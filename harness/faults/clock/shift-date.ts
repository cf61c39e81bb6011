/**
 * Makes the wall clock of a realm one that can be moved: what `Date` says, however it is asked. Monotonic clocks and
 * timers go on as they are, as they do on a machine whose time is set.
 *
 * Moved: `Date.now()`, `new Date()`, `Date()`, in code that runs after this; dates that are made of something are not.
 * Not moved: what Node itself reads below JavaScript (the `Date` header of a response, times of files), `Temporal`,
 * `Intl.DateTimeFormat` asked to format no date, other realms (`node:vm`), and threads that are made of source text.
 *
 * It stands alone, so that it can be carried into a page as source.
 *
 * @returns sets how far ahead of the true time it is, ms; negative: behind
 */
export function shiftDate(realm: { Date: DateConstructor }): (ms: number) => void {
  const True = realm.Date;
  const trueNow = True.now;
  let ahead = 0;
  const now = () => trueNow() + ahead;
  const Shifted = new Proxy(True, {
    apply: () => new True(now()).toString(),
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  });
  True.now = now;
  True.prototype.constructor = Shifted;
  realm.Date = Shifted;
  return (ms) => {
    ahead = ms;
  };
}
