/** @file An option that was refused beside the others that were given: who took it from somewhere may leave it out. */
import { type ErrorParts, IstaNasError } from "../error.ts";

export class RefusedOption extends IstaNasError {
  /** Its name, as in `retrainEpochs`. */
  readonly option: string;

  constructor(option: string, message: string, parts: ErrorParts) {
    super(message, parts);
    this.option = option;
  }
}
