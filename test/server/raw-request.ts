import { type IncomingMessage, request } from "node:http";

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks for a path as it is typed; the answer is not read yet. */
export function rawRequest(
  address: string,
  path: string,
  { method = "GET", headers = {} }: RawRequest = {},
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(address);
  return new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request({ host: hostname, port, path, method, headers, agent: false }, resolve);
    sent.on("error", reject);
    sent.end();
  });
}

/** All of an answer. */
export async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
