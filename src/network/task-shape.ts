/** What else images are told apart by, beside their classes: another set of classes, with a classifier of its own. */
export interface TaskShape {
  /** Its name in files and on screen, such as `texture`. */
  readonly name: string;
  readonly classCount: number;
}
