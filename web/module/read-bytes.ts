/** A file beside the module: of a web page by `fetch`, of a disk by `readLocal`. */
export async function readBytes(file: URL, readLocal: (file: URL) => Promise<Uint8Array>): Promise<Uint8Array> {
  if (file.protocol === "file:") return readLocal(file);
  const response = await fetch(file);
  if (!response.ok) throw new Error(`model: ${file}: the server answers ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
