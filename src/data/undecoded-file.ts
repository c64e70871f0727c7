/** A file that no pixels came of. */
export interface UndecodedFile {
  /** Position in the list of files. */
  readonly index: number;
  readonly reason: string;
  /** The file could not be opened: another try may fare better. */
  readonly isTransient: boolean;
}
