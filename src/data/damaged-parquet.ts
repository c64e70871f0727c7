/** Why a Parquet file is not read: it is damaged, or its writer used what this program does not know. */
export class DamagedParquet extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "DamagedParquet";
  }
}
