/** @file What else the embedded images can be told apart by: the kind of each garment, made of its class by a table. */
import { DEMO_PATH } from "./demo.ts";
import type { TaskLabels } from "./other-task.ts";
import type { ReadImages } from "./read-images.ts";
import { plainName, tasksError } from "./task-names.ts";

const KINDS = ["tops", "trousers", "dresses", "shoes", "bags"] as const;

const KIND_OF_CLASS: Readonly<Record<string, (typeof KINDS)[number]>> = {
  "T-shirt/top": "tops",
  Trouser: "trousers",
  Pullover: "tops",
  Dress: "dresses",
  Coat: "tops",
  Sandal: "shoes",
  Shirt: "tops",
  Sneaker: "shoes",
  Bag: "bags",
  "Ankle boot": "shoes",
};

/** The embedded images with these tasks, the first of which is the main one: `class`, the ten classes, and `kind`, five kinds of them. Throws `E_DATA_TASKS`. */
export function withDemoTasks(images: ReadImages, tasks: readonly string[]): ReadImages {
  const labelsOf = (name: string): TaskLabels => {
    switch (plainName(name)) {
      case "class":
        return { name, classNames: images.classNames, labels: images.labels };
      case "kind": {
        const kinds = images.classNames.map((className) => KINDS.indexOf(KIND_OF_CLASS[className]!));
        return { name, classNames: KINDS, labels: images.labels.map((label) => kinds[label]!) };
      }
      default:
        throw tasksError(DEMO_PATH, `got ${name}, expected class or kind`, "give --tasks class,kind");
    }
  };
  const [first, ...others] = tasks.map(labelsOf);
  const { classNames, labels } = first!;
  return { ...images, classNames, labels, ...(others.length === 0 ? {} : { otherTasks: others }) };
}
