import { Socket } from "node:net";
import { hostNameOf, isAwsHost } from "../model/aws-hosts.ts";

/*
 * Inside functions AWS's names lead to the gateway, so that handlers which build their endpoints themselves run as they
 * are: `https://{apiId}.execute-api.{region}.amazonaws.com/{stage}` most of all. Only where the connection goes is
 * changed; the name that TLS and HTTP ask for stays. The environment decides, at each connection:
 *
 * - `HOLDFAST_GATEWAY`: the gateway's host and port. Without it every name is left alone.
 * - `HOLDFAST_HOSTS`: more names that are the gateway's, separated by commas.
 * - `HOLDFAST_AWS_NAMES=off`: leaves AWS's names alone.
 * - `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>`: an AWS name that the user gives there is meant as it is.
 */

type Environment = Readonly<Record<string, string | undefined>>;

/** Where to connect instead. */
export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
}

/** Databases and caches have names of AWS too, and other ports. */
const webPorts = [80, 443];

/** The gateway's address when a name and port are to lead there; undefined when they are left alone. */
export function gatewayFor(host: string, port: number, environment: Environment): GatewayAddress | undefined {
  const gateway = environment.HOLDFAST_GATEWAY;
  if (gateway === undefined || !webPorts.includes(port)) return undefined;
  const name = hostNameOf(host);
  const isMeant = isAwsHost(name)
    ? mapsAwsName(name, environment)
    : isListed(name, environment.HOLDFAST_HOSTS);
  return isMeant ? readAddress(gateway) : undefined;
}

function mapsAwsName(name: string, environment: Environment): boolean {
  if (environment.HOLDFAST_AWS_NAMES === "off") return false;
  return !Object.entries(environment).some(
    ([variable, url = ""]) =>
      variable.startsWith("AWS_ENDPOINT_URL") && URL.canParse(url) && new URL(url).hostname === name,
  );
}

function isListed(name: string, list = ""): boolean {
  return list.split(",").some((one) => one.trim().toLowerCase() === name);
}

/** Of `localhost:3333` or `[::1]:3333`. */
function readAddress(authority: string): GatewayAddress | undefined {
  const port = Number(authority.slice(authority.lastIndexOf(":") + 1));
  return port > 0 ? { host: hostNameOf(authority), port } : undefined;
}

/**
 * From now on this process's sockets find the gateway under AWS's names. Every client of Node connects through this
 * method: `http`, `https`, `fetch`, `WebSocket` and all SDKs, whichever way they were imported.
 */
export function mapAwsNames(environment: Environment): void {
  const prototype = Socket.prototype as unknown as Connecting;
  const { connect } = prototype;
  function mappedConnect(this: Socket, ...args: unknown[]): Socket {
    return connect.apply(this, redirect(args, environment));
  }
  prototype.connect = mappedConnect;
}

/** `Socket.prototype` without the overloads of its method. */
interface Connecting {
  connect: (this: Socket, ...args: unknown[]) => Socket;
}

/** `connect` takes options, or a port and a host, or, from Node's own callers, a list with the options at its head. */
function redirect(args: unknown[], environment: Environment): unknown[] {
  const [first, second] = args;
  if (Array.isArray(first)) {
    // Marked as Node's own by a hidden property, so that no other list will do.
    first[0] = redirectOptions(first[0], environment);
    return args;
  }
  if (typeof first === "object" && first !== null)
    return [redirectOptions(first, environment), ...args.slice(1)];
  if (typeof second !== "string") return args;
  const gateway = gatewayFor(second, Number(first), environment);
  if (gateway !== undefined) return [gateway.port, gateway.host, ...args.slice(2)];
  return isLocalName(second) ? [first, "localhost", ...args.slice(2)] : args;
}

/** `bucket.localhost` is this machine, as browsers have it; not every system's resolver knows. */
function isLocalName(host: string): boolean {
  return /\.localhost$/i.test(host);
}

const plainLookup = { lookup: undefined, family: 0, hints: 0 };

interface ConnectOptions {
  readonly host?: unknown;
  readonly port?: unknown;
}

function redirectOptions(options: ConnectOptions, environment: Environment): ConnectOptions {
  const { host, port } = options ?? {};
  if (typeof host !== "string") return options;
  const gateway = gatewayFor(host, Number(port), environment);
  if (gateway === undefined && isLocalName(host)) return { ...options, host: "localhost", ...plainLookup };
  // What was said about resolving the name was said about another name.
  return gateway === undefined ? options : { ...options, ...gateway, ...plainLookup };
}
