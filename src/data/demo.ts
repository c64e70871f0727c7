import { fileURLToPath } from "node:url";

/** What to pass instead of a folder to get the embedded set. */
export const DEMO_PATH = "demo";

/** 6,000 images of Fashion-MNIST that come with the program. */
export const DEMO_NAME = "fashion-mnist-6000";

/** The folder of the embedded set: source and built code both lie two levels below the repository's root. */
export function demoFolder(): string {
  return fileURLToPath(new URL(`../../data/${DEMO_NAME}/`, import.meta.url));
}
