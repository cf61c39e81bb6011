/** A configuration for tests: the second target, with the defect that the environment names when it is launched. */
import { tinyTarget } from '../../../tests/targets/tiny.ts';

export default {
  target: {
    ...tinyTarget(),
    launch: (...about: Parameters<ReturnType<typeof tinyTarget>['launch']>) =>
      tinyTarget(process.env.HOLDFAST_TEST_DEFECT ?? '').launch(...about),
  },
};
