"""Files of test/golden/parquet: python3 scripts/golden/make-parquet-golden.py FOLDER

FOLDER: of train/CLASS/*.png and test/CLASS/*.png, as `sampleClasses` of test/data makes them (test/data/parquet-images.test.ts says with which seeds).
Needs pyarrow (made with 25.0.1). The files are what the library `datasets` writes: a record of bytes and path, labels of 8 bytes, names in a note.
"""

import json
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parents[2] / "test/golden/parquet"
NAMES = ["ant", "big cat"]
NOTE = {"info": {"features": {"image": {"_type": "Image"}, "label": {"names": NAMES, "_type": "ClassLabel"}}}}
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def rows(split):
    folder = pathlib.Path(sys.argv[1]) / split
    return [(path.read_bytes(), path.name, name) for name in NAMES for path in sorted((folder / name).iterdir())]


def huggingface(images, labels=None):
    labels = [NAMES.index(name) for _, _, name in images] if labels is None else labels
    image = pa.array([None if data is None else {"bytes": data, "path": path} for data, path, _ in images], IMAGE)
    table = pa.table({"image": image, "label": pa.array(labels, pa.int64())})
    return table.replace_schema_metadata({"huggingface": json.dumps(NOTE)})


def write(name, table, **options):
    (HERE / name).parent.mkdir(exist_ok=True)
    pq.write_table(table, HERE / name, **options)


train, test = rows("train"), rows("test")
write("photos/train-00000-of-00002.parquet", huggingface(train[:6]))
write("photos/train-00001-of-00002.parquet", huggingface(train[6:]), row_group_size=2)
write("photos/test-00000-of-00001.parquet", huggingface(test))
for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    write(f"{codec}.parquet", huggingface(train), compression=codec, data_page_version="2.0", row_group_size=7)
text = pa.table({"img": pa.array([data for data, _, _ in train], pa.binary()), "labels": [name for _, _, name in train]})
write("text.parquet", text)
write("plain.parquet", huggingface(train), use_dictionary=False, data_page_size=600, write_batch_size=2)
write("delta.parquet", huggingface(train), use_dictionary=False, column_encoding={"label": "DELTA_BINARY_PACKED", "image.bytes": "PLAIN", "image.path": "PLAIN"})
write("unlabelled.parquet", huggingface(test, [-1] * len(test)))
write("no-image.parquet", huggingface([(None, None, None), *train[1:]], [0] * len(train)))
write("no-label.parquet", huggingface(train, [None, *[0] * (len(train) - 1)]))
write("out-of-range.parquet", huggingface(train, [2] * len(train)))
write("no-columns.parquet", pa.table({"text": ["a", "b"], "label": [0, 1]}))
