/**
 * @file Takes channels out of a network on a device: of all that has a part for each channel, and of its velocities, those parts. A channel whose scale is
 * zero hands on a constant, which the batch norm behind the projection removes while it trains; its running mean is told of it, so that the network in
 * use stays the same, too.
 */
import type { Device } from "../../device/index.ts";
import type { Shape } from "../../graph/index.ts";
import type { HiddenChannels } from "../../network/index.ts";
import { velocityName } from "../../train/index.ts";

/** `kept`: of each of `hidden`, indices of the channels that stay, ascending. Programs of the network are to be released before. */
export function takeChannels(
  device: Device,
  hidden: readonly HiddenChannels[],
  kept: readonly (readonly number[])[],
): void {
  const known = new Set(device.names());
  for (const [index, channels] of hidden.entries()) {
    const staying = kept[index]!;
    if (staying.length === channels.count) continue;
    tellRunningMean(device, channels, staying);
    for (const { name, shape, axis, isTrained } of channels.slices) {
      const names = isTrained && known.has(velocityName(name)) ? [name, velocityName(name)] : [name];
      for (const value of names) device.shorten(value, partsOf(device.read(value), shape, axis, staying));
    }
  }
}

/** Takes what the channels that go come to off the running mean of the norm behind them. */
function tellRunningMean(device: Device, channels: HiddenChannels, staying: readonly number[]): void {
  const shift = device.read(channels.shift);
  const projection = device.read(channels.projection);
  const mean = device.read(channels.runningMean);
  const stays = new Set(staying);
  for (let channel = 0; channel < channels.count; channel++) {
    if (stays.has(channel)) continue;
    const constant = Math.min(6, Math.max(0, shift[channel]!));
    for (let output = 0; output < mean.length; output++) {
      mean[output]! -= constant * projection[channel * mean.length + output]!;
    }
  }
  device.write(channels.runningMean, mean);
}

/** The parts of a tensor with these indices along one axis. */
export function partsOf(
  values: ArrayLike<number>,
  shape: Shape,
  axis: number,
  indices: readonly number[],
): Float64Array {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const count = shape[axis]!;
  const outer = values.length / (inner * count);
  const parts = new Float64Array(outer * indices.length * inner);
  let next = 0;
  for (let before = 0; before < outer; before++) {
    for (const index of indices) {
      const from = (before * count + index) * inner;
      for (let k = 0; k < inner; k++) parts[next++] = values[from + k]!;
    }
  }
  return parts;
}
