/** @file Arrays of NumPy, made without it. */

/** A file of an array of this type: `|u1`, `<f4`, `>f8`, `<i8`, `<U3`, `|S3`. Of types that are not known the values are its bytes. */
export function npy(
  type: string,
  shape: readonly number[],
  values: Iterable<number | string>,
  isByColumns = false,
): Buffer {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const descr = type.startsWith("[") ? type : `'${type}'`;
  const text = `{'descr': ${descr}, 'fortran_order': ${isByColumns ? "True" : "False"}, 'shape': (${sides}), }`;
  const header = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const start = Buffer.from("\x93NUMPY\x01\x00\x00\x00", "latin1");
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, Buffer.from(header, "latin1"), ...Array.from(values, (value) => element(type, value))]);
}

function element(type: string, value: number | string): Buffer {
  const width = Number(type.slice(2));
  if (typeof value === "string") {
    const bytes = Buffer.alloc(type[1] === "U" ? 4 * width : width);
    if (type[1] === "U")
      for (const [i, letter] of [...value].entries()) bytes.writeUInt32LE(letter.codePointAt(0)!, 4 * i);
    else bytes.write(value);
    return bytes;
  }
  const view = new DataView(new ArrayBuffer(8));
  const isLittle = type[0] !== ">";
  switch (type.slice(1)) {
    case "f4":
      view.setFloat32(0, value, isLittle);
      return Buffer.from(view.buffer.slice(0, 4));
    case "f8":
      view.setFloat64(0, value, isLittle);
      return Buffer.from(view.buffer);
    case "i8":
      view.setBigInt64(0, BigInt(value), isLittle);
      return Buffer.from(view.buffer);
    case "u2":
      view.setUint16(0, value, isLittle);
      return Buffer.from(view.buffer.slice(0, 2));
    default:
      return Buffer.of(value);
  }
}
