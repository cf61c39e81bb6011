import { expect, test } from 'vitest';
import { expand, type Job, moved, podOf } from './pods.ts';

function job(container: object, others: object = {}): Job {
  const made = { command: ['sh', '-c', 'k6 run --out json=/samples/$(POD_NAME).json.gz'], ...container };
  return {
    metadata: { name: 'holdfast-1' },
    spec: { template: { spec: { containers: [made], ...others } } },
  };
}

const NAMED = { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } };

test.each([
  ['known variables are put in', '/samples/$(NAME).json', '/samples/pod.json'],
  ['unknown ones stay, so that a shell sees them', 'mkdir $(dirname /tmp/a)', 'mkdir $(dirname /tmp/a)'],
  ['two dollars are one', '$$(NAME)', '$(NAME)'],
  ['one dollar alone is one', '$NAME $ (NAME)', '$NAME $ (NAME)'],
])('%s', (_, text, ought) => {
  expect(expand(text, { NAME: 'pod' })).toBe(ought);
});

test.each([
  ['below a mount', 'k6 run /holdfast/mix.ts', 'k6 run /x/image/mix.ts'],
  ['after an equals sign', 'json=/samples/a.gz', 'json=/x/samples/a.gz'],
  ['twice', '/samples/a /samples/b', '/x/samples/a /x/samples/b'],
  ['not in the middle of another path', '/var/samples/a ./samples/a', '/var/samples/a ./samples/a'],
  ['not what only begins like it', '/samples-of-yesterday/a', '/samples-of-yesterday/a'],
])('paths are moved %s', (_, text, ought) => {
  expect(moved(text, { '/holdfast': '/x/image', '/samples': '/x/samples' })).toBe(ought);
});

test('a pod has its name, its variables in order, and what is other here', () => {
  const env = [
    NAMED,
    { name: 'TARGET', value: 'http://chat' },
    { name: 'BOTH', value: '$(TARGET)/$(POD_NAME)' },
  ];
  const pod = podOf(job({ env }), 'a1', { TARGET: 'http://127.0.0.1:1' });
  expect(pod).toMatchObject({
    name: 'holdfast-1-a1',
    command: ['sh', '-c', 'k6 run --out json=/samples/holdfast-1-a1.json.gz'],
    env: {
      POD_NAME: 'holdfast-1-a1',
      TARGET: 'http://127.0.0.1:1',
      BOTH: 'http://127.0.0.1:1/holdfast-1-a1',
    },
  });
});

test.each<[string, Job, Record<string, string>]>([
  ['an init container', job({}, { initContainers: [{}] }), {}],
  ['a second container', job({}, { containers: [{ command: [] }, { command: [] }] }), {}],
  ['variables of a map', job({ envFrom: [{}] }), {}],
  ['a secret', job({ env: [{ name: 'A', valueFrom: { secretKeyRef: {} } }] }), {}],
  ['a variable to be set that the manifest lacks', job({ env: [NAMED] }), { TARGET: 'x' }],
])('%s is refused, not passed over', (_, given, told) => {
  expect(() => podOf(given, 'a1', told)).toThrow(/holdfast-1/);
});
