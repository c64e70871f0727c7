/** Round numbers from `low` to `high`: at least one and at most `most`, which is 4 or more. Steps are 1, 2 or 5 times a power of ten. */
export function ticks(low: number, high: number, most: number): readonly number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = [1, 2, 5, 10, 20].map((digit) => digit * power).find((size) => span / size <= most - 1) ?? 50 * power;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
