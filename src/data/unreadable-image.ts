/** Why one file is not an image; `isTransient` if another try may fare better. */
export class UnreadableImage extends Error {
  readonly isTransient: boolean;

  constructor(reason: string, isTransient = false) {
    super(reason);
    this.name = "UnreadableImage";
    this.isTransient = isTransient;
  }
}
