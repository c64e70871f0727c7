/** @file The formats that data are read in: what each is called, and how messages tell people of it. */
import type { DataSourceKind } from "./data-source.ts";

interface DataFormat {
  /** As reports call it. */
  readonly title: string;
  /** What to give; null for what is never given by itself. */
  readonly given: string | null;
}

export const DATA_FORMATS: Readonly<Record<DataSourceKind, DataFormat>> = {
  "class-folders": {
    title: "class folders",
    given: "a folder with a folder of images for each class, also in train/ and test/",
  },
  list: { title: "list of files and labels", given: "a .csv or .tsv of file,label" },
  "image-folder": {
    title: "imagefolder with metadata",
    given: "a folder with metadata.csv or metadata.jsonl of file_name,label",
  },
  idx: { title: "IDX files", given: "IDX files (train-images-idx3-ubyte, train-labels-idx1-ubyte)" },
  "cifar-10": { title: "CIFAR-10 binary batches", given: "CIFAR's binary batches (data_batch_1.bin, train.bin)" },
  "cifar-100": { title: "CIFAR-100 binary batches", given: null },
  "tiny-imagenet": { title: "Tiny ImageNet", given: "the folder of Tiny ImageNet" },
  parquet: {
    title: "rows of Parquet",
    given: "Parquet of Hugging Face (train-00000-of-00001.parquet)",
  },
  npz: { title: "arrays of NumPy", given: "an .npz with x_train, y_train, x_test, y_test" },
  demo: { title: "embedded set", given: null },
};

/** What is read, for the hint of an error. */
export const UNDERSTOOD: string = `give ${Object.values(DATA_FORMATS)
  .flatMap(({ given }) => given ?? [])
  .join("; ")}; a .zip, .tar or .tar.gz of any of these; or the word demo`;
