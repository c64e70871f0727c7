/** @file Figures as people read them. */

const NONE = "–";
/** Made once: making one takes longer than using it a hundred times. */
const WHOLE = new Intl.NumberFormat("en");
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "medium" });

export function percent(share: number | null | undefined, digits = 2): string {
  return share === null || share === undefined ? NONE : `${(100 * share).toFixed(digits)} %`;
}

const MULTIPLES = [
  ["T", 1e12],
  ["G", 1e9],
  ["M", 1e6],
] as const;

/** `41,730`, `3.32 M`, `1.50 T`. */
export function count(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  const [unit, size] = MULTIPLES.find(([, least]) => value >= least) ?? [null, 1];
  return unit === null ? WHOLE.format(value) : `${(value / size).toFixed(2)} ${unit}`;
}

/** A point in time, by the reader's clock and custom. */
export function moment(time: number | string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? plain(time) : MOMENT.format(date);
}

/** `2 min 5 s`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return NONE;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

export function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  return value < 2 ** 20 ? `${(value / 1024).toFixed(1)} KiB` : `${(value / 2 ** 20).toFixed(1)} MiB`;
}

/** A number of any size in few characters, with a real minus; large whole ones as counts. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size >= 1e5 && Number.isSafeInteger(value)) return count(value);
  const text =
    value === 0 || (size >= 1e-3 && size < 1e5) ? String(Number(value.toPrecision(4))) : value.toExponential(2);
  return text.replace("-", "−");
}

/** A name as words: `relativeResidual` as `relative residual`. */
export function spaced(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}

/** Any JSON value in one line. */
export function plain(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? NONE);
}
