/** Where the plays of a wave meet: what one step does to the stack, it does once, for all of them. */

export interface Wave {
  /** Resolves when every play that is not over has come, and one of them has taken the step, told how many they are. */
  together(step: Step): Promise<void>;
  /** A play is over, or has failed: the others wait for it no longer. */
  leave(): void;
}

type Step = (plays: number) => Promise<void>;

interface Meeting {
  step: Step;
  resolve(): void;
  reject(error: unknown): void;
}

/** @param plays how many there are */
export function createWave(plays: number): Wave {
  let going = plays;
  let waiting: Meeting[] = [];

  function meet(): void {
    const [first] = waiting;
    if (!first || waiting.length < going) return;
    const met = waiting;
    waiting = [];
    first.step(met.length).then(
      () => {
        for (const { resolve } of met) resolve();
      },
      (error: unknown) => {
        for (const { reject } of met) reject(error);
      },
    );
  }

  return {
    together(step) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ step, resolve, reject });
      meet();
      return promise;
    },
    leave() {
      going--;
      meet();
    },
  };
}
