/** @file Where an MLflow server is, and what tells it who asks. Credentials are taken out of the address before anything is written or said. */
import { IstaNasError } from "../error.ts";

export interface MlflowAddress {
  /** Without credentials and without a slash at its end. */
  readonly url: string;
  /** Value of the header; null for none. */
  readonly authorization: string | null;
}

/** Variables of the process, as MLflow's own clients read them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const ADDRESS_VARIABLE = "MLFLOW_TRACKING_URI";

/** The address that was given, else that of the environment. Throws `E_USAGE_OPTION` if there is none, and as `parseMlflowAddress` does. */
export function givenMlflowAddress(given: string | undefined, environment: Environment): MlflowAddress {
  const named = given ?? environment[ADDRESS_VARIABLE];
  if (named === undefined || named === "") {
    throw new IstaNasError(`--log: got mlflow without the address of a server, expected one`, {
      code: "E_USAGE_OPTION",
      kind: "usage",
      hint: `add --mlflow-uri http://HOST:PORT, or set ${ADDRESS_VARIABLE}`,
    });
  }
  return withCredentials(parseMlflowAddress(named, given === undefined ? ADDRESS_VARIABLE : undefined), environment);
}

/**
 * The address that a run folder has. Who may have been given the folder by somebody else sends their credentials nowhere that they did not name
 * themselves: they go along only where the environment names that address too.
 */
export function savedMlflowAddress(saved: string, environment: Environment): MlflowAddress {
  const { url } = parseMlflowAddress(saved, "logs.json");
  const own = addressIn(environment[ADDRESS_VARIABLE] ?? "");
  return own?.url === url ? withCredentials(own, environment) : { url, authorization: null };
}

/** Throws `E_FLAG_VALUE` for what is no address of a server; it says nothing of what stands in it. */
export function parseMlflowAddress(text: string, as = "--mlflow-uri"): MlflowAddress {
  const address = addressIn(text);
  if (address !== null) return address;
  throw new IstaNasError(
    `${as}: got no address of a server, expected http://HOST:PORT or https://HOST, without ? and #`,
    {
      code: "E_FLAG_VALUE",
      kind: "usage",
    },
  );
}

/** Null for what is none. */
function addressIn(text: string): MlflowAddress | null {
  try {
    const { protocol, username, password, host, pathname, search, hash } = new URL(text);
    if (!["http:", "https:"].includes(protocol) || search !== "" || hash !== "") return null;
    const isNamed = username !== "" || password !== "";
    return {
      url: `${protocol}//${host}${pathname.replace(/\/+$/, "")}`,
      authorization: isNamed ? basic(decodeURIComponent(username), decodeURIComponent(password)) : null,
    };
  } catch {
    return null;
  }
}

/** What stands in the address itself counts first. */
function withCredentials({ url, authorization }: MlflowAddress, environment: Environment): MlflowAddress {
  if (authorization !== null) return { url, authorization };
  const { MLFLOW_TRACKING_USERNAME: name, MLFLOW_TRACKING_PASSWORD: password } = environment;
  if (name !== undefined && password !== undefined) return { url, authorization: basic(name, password) };
  const { MLFLOW_TRACKING_TOKEN: token } = environment;
  return { url, authorization: token === undefined || token === "" ? null : `Bearer ${token}` };
}

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
}
