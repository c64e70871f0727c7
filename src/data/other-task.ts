/** What images are told apart by beside the classes of a data set: another set of classes. */
export interface OtherTask {
  /** As it was asked for, such as `texture`. */
  readonly name: string;
  readonly classNames: readonly string[];
}

/** The class of each image in another task. */
export interface TaskLabels extends OtherTask {
  /** `[N]`, indices into its class names. */
  readonly labels: Uint16Array;
}
