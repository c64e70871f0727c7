/** @file Answers with a file a piece at a time, however large it is; a part of it where a `Range` asks for one. */
import { read } from "node:fs";
import { promisify } from "node:util";
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { RegularFile } from "../files/index.ts";

const PIECE = 1 << 17;
const readPiece = promisify(read);

interface Part {
  readonly start: number;
  readonly length: number;
}

/** The answer, which closes `file` when it was sent or nobody wants it any more. */
export function sendFile(context: Context, file: RegularFile, headers: Readonly<Record<string, string>>): Response {
  const { size, status } = file;
  const tag = `"${size.toString(36)}-${status.mtimeMs.toString(36)}"`;
  const condition = context.req.header("if-range");
  const range = condition === undefined || condition === tag ? context.req.header("range") : undefined;
  const part = partOf(range, size);
  const common = { ...headers, "Accept-Ranges": "bytes", ETag: tag };
  if (part === null) {
    file.close();
    return context.body(null, 416, { ...common, "Content-Range": `bytes */${size}` });
  }
  const { start, length } = part ?? { start: 0, length: size };
  const code = part === undefined ? 200 : 206;
  const lines = {
    ...common,
    "Content-Length": String(length),
    ...(part === undefined ? {} : { "Content-Range": `bytes ${start}-${start + length - 1}/${size}` }),
  };
  if (context.req.method === "HEAD" || length === 0) {
    file.close();
    return context.body(null, code, lines);
  }
  // A file that was cut meanwhile has fewer bytes than were announced: only the end of the connection tells.
  const onShort = () => (context.env as Partial<HttpBindings>).outgoing?.destroy();
  return context.body(piecesOf(file, { start, length }, onShort), code, lines);
}

/** What a `Range` asks for; null if nothing of it is there, undefined without one, or for a form that need not be understood. */
function partOf(range: string | undefined, size: number): Part | null | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? "");
  const [first, last] = [match?.[1] ?? "", match?.[2] ?? ""];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? null : { start: size - length, length };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return undefined;
  return start >= size ? null : { start, length: end - start + 1 };
}

function piecesOf(file: RegularFile, { start, length }: Part, onShort: () => void): ReadableStream<Uint8Array> {
  let [position, left] = [start, length];
  let isWanted = true;
  let reading: Promise<void> = Promise.resolve();
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const buffer = Buffer.allocUnsafeSlow(Math.min(PIECE, left));
    const { bytesRead } = await readPiece(file.descriptor, buffer, 0, buffer.length, position).catch(
      () => NOTHING_READ,
    );
    if (!isWanted) return;
    position += bytesRead;
    left -= bytesRead;
    if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
    if (bytesRead > 0 && left > 0) return;
    isWanted = false;
    file.close();
    if (left > 0) onShort();
    controller.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        reading = pull(controller);
        return reading;
      },
      // A descriptor is not given back while it is read from.
      async cancel() {
        if (!isWanted) return;
        isWanted = false;
        await reading;
        file.close();
      },
    },
    { highWaterMark: 0 },
  );
}

const NOTHING_READ = { bytesRead: 0 } as const;
