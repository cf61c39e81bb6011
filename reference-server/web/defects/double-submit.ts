// soliplex#685: a question that is submitted twice is asked twice, since nothing tells that it is one.
import type { PageDefect } from './page-defect.ts';

export const doubleSubmit: PageDefect = {
  name: 'double-submit',
  about: 'A question is submitted twice, under a key of its own each time.',
  seenIn: ['soliplex#685'],
  change(parts) {
    const { api } = parts;
    return {
      ...parts,
      api: {
        ...api,
        send(question, signal) {
          const again = { ...question, key: `${question.key}-again` };
          api.send(again, signal).then(
            (response) => response.body?.cancel(),
            () => {},
          );
          return api.send(question, signal);
        },
      },
    };
  },
};
