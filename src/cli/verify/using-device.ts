/** @file A device for one piece of work, closed after it whatever happens. */
import type { Device } from "../../device/index.ts";

export async function usingDevice<T>(create: () => Promise<Device>, work: (device: Device) => Promise<T>): Promise<T> {
  const device = await create();
  try {
    return await work(device);
  } finally {
    await device.close();
  }
}
