/** @file Requests of MLflow's REST interface, version 2.0. Each has a time limit, and nothing of what it is sent with comes into an error. */
import { parseJson } from "../files/index.ts";
import type { MlflowAddress } from "./mlflow-address.ts";

export interface MlflowClientOptions {
  readonly address: MlflowAddress;
  /** For an answer. */
  readonly timeoutSeconds: number;
  /** For a file to be taken. */
  readonly uploadSeconds: number;
}

/** Why a request was not answered as it should be. */
export class MlflowFailure extends Error {
  /** MLflow's own name of it, such as `RESOURCE_DOES_NOT_EXIST`; null where it gave none. */
  readonly errorCode: string | null;
  /** Whether the same request would be answered in the same way again. */
  readonly isLasting: boolean;

  constructor(message: string, { errorCode = null, isLasting }: { errorCode?: string | null; isLasting: boolean }) {
    super(message);
    this.name = "MlflowFailure";
    this.errorCode = errorCode;
    this.isLasting = isLasting;
  }
}

type Values = Readonly<Record<string, unknown>>;

const REST = "/api/2.0/mlflow";
/** Bytes of an answer: the history of a figure over 100,000 epochs has 10 MB. */
const LARGEST_ANSWER = 16 * 2 ** 20;
/** Of a server that has too much to do, or waited too long for us. */
const PASSING: readonly number[] = [408, 425, 429];

export class MlflowClient {
  readonly #options: MlflowClientOptions;

  constructor(options: MlflowClientOptions) {
    this.#options = options;
  }

  /** Throws `MlflowFailure`, as all of these do. */
  get(endpoint: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Values> {
    return this.#send(`${REST}/${endpoint}?${new URLSearchParams(query)}`, { method: "GET" }, signal);
  }

  post(endpoint: string, body: Values, signal: AbortSignal): Promise<Values> {
    const headers = { "content-type": "application/json" };
    return this.#send(`${REST}/${endpoint}`, { method: "POST", headers, body: JSON.stringify(body) }, signal);
  }

  /** `path` begins at the address, parts of it encoded. */
  async put(path: string, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    const headers = { "content-type": "application/octet-stream" };
    await this.#send(path, { method: "PUT", headers, body: bytes }, signal, this.#options.uploadSeconds);
  }

  async #send(path: string, init: RequestInit, signal: AbortSignal, seconds = this.#options.timeoutSeconds) {
    const { url, authorization } = this.#options.address;
    const headers = { ...init.headers, ...(authorization === null ? {} : { authorization }) };
    const limit = AbortSignal.timeout(1000 * seconds);
    let answer: { readonly status: number; readonly values: Values };
    try {
      // Nobody is sent on to an address that was not given.
      const request = { ...init, headers, redirect: "manual", signal: AbortSignal.any([signal, limit]) } as const;
      answer = await read(await fetch(url + path, request));
    } catch (error) {
      const reason = signal.aborted || limit.aborted ? "no answer in time" : reasonOf(error);
      throw new MlflowFailure(reason, { isLasting: false });
    }
    if (answer.status < 200 || answer.status > 299) throw failureOf(answer.status, answer.values);
    return answer.values;
  }
}

/** What a server says of it in words may repeat what it was sent, and is left out. */
function failureOf(status: number, { error_code: code }: Values): MlflowFailure {
  const errorCode = typeof code === "string" && /^[A-Z_]{1,60}$/.test(code) ? code : null;
  return new MlflowFailure(errorCode === null ? `status ${status}` : `status ${status}: ${errorCode}`, {
    errorCode,
    isLasting: status < 500 && !PASSING.includes(status),
  });
}

/** What a body says; nothing if it is not of MLflow. */
async function read(response: Response): Promise<{ readonly status: number; readonly values: Values }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > LARGEST_ANSWER) throw new RangeError("the answer is too large");
    parts.push(part);
  }
  return { status: response.status, values: objectIn(Buffer.concat(parts)) };
}

function objectIn(body: Uint8Array): Values {
  try {
    const value = parseJson(body);
    return typeof value === "object" && value !== null ? (value as Values) : {};
  } catch {
    return {};
  }
}

/** As the system calls it: `ECONNREFUSED`. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as Error & { readonly cause?: { readonly code?: unknown } };
  return typeof cause?.code === "string" ? cause.code : name;
}
