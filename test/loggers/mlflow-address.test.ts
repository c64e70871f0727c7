import { expect, it } from "vitest";
import { LOG_FLAGS, logRequest } from "../../src/loggers/index.ts";
import { parseMlflowAddress } from "../../src/loggers/mlflow-address.ts";
import { artifactPlace } from "../../src/loggers/mlflow-artifacts.ts";

it.each([
  ["http://localhost:5000", "http://localhost:5000", null],
  ["https://mlflow.example/team/", "https://mlflow.example/team", null],
  ["http://a:b%40@host", "http://host", "a:b@"],
  ["http://token@host/", "http://host", "token:"],
])("takes credentials out of %s", (text, url, credentials) => {
  const authorization = credentials === null ? null : `Basic ${Buffer.from(credentials).toString("base64")}`;
  expect(parseMlflowAddress(text)).toEqual({ url, authorization });
});

it.each([
  "",
  "localhost:5000",
  "file:///mlruns",
  "./mlruns",
  "http://a:b@",
  "http://h/?token=s3cret",
  "http://s3cret:%zz@h",
])("refuses %j without repeating it", (text) => {
  expect(() => LOG_FLAGS.mlflowUri.parse(text)).toThrow(
    expect.objectContaining({
      code: "E_FLAG_VALUE",
      message: "--mlflow-uri: got no address of a server, expected http://HOST:PORT or https://HOST, without ? and #",
    }),
  );
});

it("is needed for mlflow and for nothing else", () => {
  const environment = { MLFLOW_TRACKING_URI: "http://a:b@from.env" };
  const mlflow = { uri: undefined, address: "http://from.env", experiment: "ista-nas" };
  expect(logRequest({ log: "tensorboard, mlflow" }, environment)).toEqual({ to: ["tensorboard", "mlflow"], mlflow });
  expect(logRequest({ log: "mlflow", mlflowUri: "http://given/", mlflowExperiment: "x" }, environment)).toEqual({
    to: ["mlflow"],
    mlflow: { uri: "http://given/", address: "http://given", experiment: "x" },
  });
  expect(logRequest({ log: "tensorboard" }, environment)).toEqual({ to: ["tensorboard"], mlflow: null });
  expect(logRequest({}, environment)).toBe(null);
  expect(() => logRequest({ log: "mlflow" }, {})).toThrow(/got mlflow without the address of a server/);
  expect(() => logRequest({ log: "tensorboard", mlflowUri: "http://x" }, {})).toThrow(/without --log mlflow/);
  expect(() => LOG_FLAGS.log.parse("tensorboard,wandb")).toThrow(/one or more of tensorboard, mlflow/);
});

const RUN = "0123";

it.each([
  [
    "http://h:5000",
    `mlflow-artifacts:/1/${RUN}/artifacts`,
    { kind: "server", path: `/api/2.0/mlflow-artifacts/artifacts/1/${RUN}/artifacts` },
  ],
  [
    "http://h:5000",
    `mlflow-artifacts://h:5000/1/${RUN}/artifacts`,
    { kind: "server", path: `/api/2.0/mlflow-artifacts/artifacts/1/${RUN}/artifacts` },
  ],
  [
    "http://h:5000",
    `mlflow-artifacts://other/1/${RUN}/artifacts`,
    { kind: "none", reason: "they belong on another server" },
  ],
  [
    "http://localhost:5000",
    `/srv/mlruns/1/${RUN}/artifacts`,
    { kind: "folder", path: `/srv/mlruns/1/${RUN}/artifacts` },
  ],
  [
    "http://[::1]:5000",
    `file:///srv/mlruns/1/${RUN}/artifacts`,
    { kind: "folder", path: `/srv/mlruns/1/${RUN}/artifacts` },
  ],
  ["http://localhost:5000", "/home/ann", { kind: "none", reason: "the server names a folder of another kind" }],
  [
    "http://h:5000",
    `/srv/mlruns/1/${RUN}/artifacts`,
    { kind: "none", reason: "they belong into a folder of another machine" },
  ],
  ["http://localhost:5000", `s3://bucket/1/${RUN}/artifacts`, { kind: "none", reason: "they belong at s3://" }],
  ["http://localhost:5000", "", { kind: "none", reason: "the server does not say where" }],
  ["http://localhost:5000", `./mlruns/1/${RUN}/artifacts`, { kind: "none", reason: "the server does not say where" }],
])("of %s puts files that belong at %s there, or nowhere", (address, uri, place) => {
  expect(artifactPlace(address, uri, RUN)).toEqual(place);
});
