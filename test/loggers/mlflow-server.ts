/**
 * A server that answers as MLflow's does, as far as the REST interface 2.0 says it, and as strictly: it takes no setting twice with two values, no more
 * in a request than allowed, and keeps every number it is sent, so that what is said twice is seen. It can be told to fail.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface SeenRequest {
  readonly method: string;
  /** Without what all have in common. */
  readonly endpoint: string;
  readonly authorization: string | null;
}

/** `lost`: it does what it is asked to, and its answer never comes. */
export type Fault = "500" | "403" | "hang" | "lost" | "reset" | "elsewhere";

export interface ServedRun {
  readonly info: { run_id: string; status: string; artifact_uri: string; lifecycle_stage: string; end_time?: number };
  readonly experiment: string;
  readonly name: string;
  readonly startTime: number;
  readonly tags: Map<string, string>;
  readonly params: Map<string, string>;
  readonly metrics: {
    readonly key: string;
    readonly value: number;
    readonly timestamp: number;
    readonly step: number;
  }[];
}

interface Body {
  readonly [field: string]: unknown;
}

class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

export class MlflowServer {
  readonly requests: SeenRequest[] = [];
  readonly experiments: Map<string, string> = new Map();
  readonly runs: ServedRun[] = [];
  readonly files: Map<string, Buffer> = new Map();
  /** Asked of every request; null lets it go on. */
  fault: (request: SeenRequest) => Fault | null = () => null;
  /** Where files of a run go. */
  artifacts: (experiment: string, run: string) => string = (experiment, run) =>
    `mlflow-artifacts:/${experiment}/${run}/artifacts`;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<MlflowServer> {
    const server = new MlflowServer();
    await server.open();
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Again at the same place. */
  open(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.listen(this.#port, "127.0.0.1", () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  /** Requests since the last call, as `POST runs/create`. */
  takeCalls(): readonly string[] {
    return this.requests.splice(0).map(({ method, endpoint }) => `${method} ${endpoint}`);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, this.address);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const endpoint = pathname.replace(/^\/api\/2\.0\/mlflow(\/|-artifacts\/)/, "");
    const seen = { method: request.method!, endpoint, authorization: request.headers.authorization ?? null };
    this.requests.push(seen);
    const fault = this.fault(seen);
    if (fault === "hang") return;
    if (fault === "reset") return void request.socket.destroy();
    if (fault === "500") return void response.writeHead(500).end("<html>no</html>");
    if (fault === "403") return answer(response, 403, { error_code: "PERMISSION_DENIED", message: seen.authorization });
    if (fault === "elsewhere") return void response.writeHead(307, { location: `${this.address}/other` }).end();
    try {
      const isFile = pathname.startsWith("/api/2.0/mlflow-artifacts/");
      const result = isFile ? this.#takeFile(seen, body) : this.#answer(seen, searchParams, body);
      if (fault !== "lost") answer(response, 200, result);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      answer(response, error.status, { error_code: error.code, message: "no" });
    }
  }

  #takeFile({ method, endpoint }: SeenRequest, body: Buffer): object {
    if (method !== "PUT") throw new Refused(405, "BAD_REQUEST");
    this.files.set(endpoint.replace(/^artifacts\//, ""), body);
    return {};
  }

  #answer({ method, endpoint }: SeenRequest, query: URLSearchParams, bytes: Buffer): object {
    const body = method === "POST" ? (JSON.parse(bytes.toString()) as Body) : {};
    switch (`${method} ${endpoint}`) {
      case "GET experiments/get-by-name":
        return { experiment: this.#experiment(query.get("experiment_name")!) };
      case "POST experiments/create":
        if (this.experiments.has(body["name"] as string)) throw new Refused(400, "RESOURCE_ALREADY_EXISTS");
        this.experiments.set(body["name"] as string, String(this.experiments.size + 1));
        return { experiment_id: String(this.experiments.size) };
      case "POST runs/search":
        return this.#search(body);
      case "POST runs/create":
        return { run: this.#create(body) };
      case "GET runs/get":
        return { run: shown(this.#run(query.get("run_id")!)) };
      case "GET metrics/get-history":
        return this.#history(query);
      case "POST runs/log-batch":
        return this.#logBatch(body);
      case "POST runs/set-tag":
        this.#run(body["run_id"]).tags.set(body["key"] as string, body["value"] as string);
        return {};
      case "POST runs/update":
        return this.#update(body);
      default:
        throw new Refused(404, "ENDPOINT_NOT_FOUND");
    }
  }

  #experiment(name: string): object {
    const id = this.experiments.get(name);
    if (id === undefined) throw new Refused(404, "RESOURCE_DOES_NOT_EXIST");
    return { experiment_id: id, name, lifecycle_stage: "active" };
  }

  #run(id: unknown): ServedRun {
    const run = this.runs.find(({ info }) => info.run_id === id);
    if (run === undefined) throw new Refused(404, "RESOURCE_DOES_NOT_EXIST");
    return run;
  }

  #search(body: Body): object {
    const [, name, value] = /^tags\.`([^`]+)` = '([^']+)'$/.exec(body["filter"] as string)!;
    const experiments = body["experiment_ids"] as readonly string[];
    const found = this.runs.filter(
      ({ info, experiment, tags }) =>
        info.lifecycle_stage === "active" && experiments.includes(experiment) && tags.get(name!) === value,
    );
    return found.length === 0 ? {} : { runs: found.map(shown) };
  }

  #create(body: Body): object {
    const experiment = body["experiment_id"] as string;
    const id = `${this.runs.length + 1}`.padStart(32, "a");
    const tags = body["tags"] as readonly { readonly key: string; readonly value: string }[];
    const run: ServedRun = {
      info: { run_id: id, status: "RUNNING", artifact_uri: this.artifacts(experiment, id), lifecycle_stage: "active" },
      ...{ experiment, name: body["run_name"] as string, startTime: body["start_time"] as number },
      ...{ tags: new Map(tags.map(({ key, value }) => [key, value])), params: new Map<string, string>(), metrics: [] },
    };
    this.runs.push(run);
    return shown(run);
  }

  /** In pages of three. */
  #history(query: URLSearchParams): object {
    const { metrics } = this.#run(query.get("run_id"));
    const all = metrics.filter(({ key }) => key === query.get("metric_key"));
    const from = Number(query.get("page_token") ?? 0);
    const next = from + 3 < all.length ? { next_page_token: String(from + 3) } : {};
    return { metrics: all.slice(from, from + 3), ...next };
  }

  #logBatch(body: Body): object {
    const run = this.#run(body["run_id"]);
    const { metrics = [], params = [] } = body as unknown as {
      readonly metrics?: ServedRun["metrics"];
      readonly params?: readonly { readonly key: string; readonly value: string }[];
    };
    const isNamed = ({ key }: { readonly key: string }) => /^[\w\-. /]{1,250}$/.test(key);
    const isNumber = ({ value, timestamp, step }: ServedRun["metrics"][number]) =>
      Number.isFinite(value) && Number.isInteger(timestamp) && Number.isInteger(step);
    const isWrong = params.some(({ key, value }) => value.length > 500 || (run.params.get(key) ?? value) !== value);
    const isMuch = metrics.length > 1000 || params.length > 100;
    if (isWrong || isMuch || ![...metrics, ...params].every(isNamed) || !metrics.every(isNumber)) {
      throw new Refused(400, "INVALID_PARAMETER_VALUE");
    }
    run.metrics.push(...metrics);
    for (const { key, value } of params) run.params.set(key, value);
    return {};
  }

  #update(body: Body): object {
    const { info } = this.#run(body["run_id"]);
    info.status = body["status"] as string;
    if (body["end_time"] !== undefined) info.end_time = body["end_time"] as number;
    return { run_info: info };
  }
}

function shown({ info, params }: ServedRun): object {
  return { info, data: { params: Array.from(params, ([key, value]) => ({ key, value })) } };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
