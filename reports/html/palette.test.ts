import { expect, it } from 'vitest';
import { PALETTE, WRITTEN } from './palette.ts';

/** Relative luminance, WCAG 2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

it.each(
  (['light', 'dark'] as const).flatMap((scheme) =>
    WRITTEN.map(([ink, ground]) => [scheme, ink, ground] as const),
  ),
)('%s: %s can be read on %s', (scheme, ink, ground) => {
  expect(contrast(PALETTE[scheme][ink], PALETTE[scheme][ground])).toBeGreaterThanOrEqual(4.5);
});
