/** Multiply-accumulates for people: `5.51M`, `830G`, `2.4T`, with three digits. */
export function formatCompute(macs: number): string {
  const units = ["", "k", "M", "G", "T", "P"];
  let value = macs;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(3))}${units[unit]}`;
}
