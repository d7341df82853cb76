import { isIP } from "node:net";
import path from "node:path";
import { parseAccessLogFormat } from "../../model/access-log-format.ts";
import { isLogComponent, logComponents } from "../../telemetry/logs/components.ts";
import { oneOf, text, type ScalarKind } from "./kinds.ts";

/** An address of this machine, or a name of it. IPv6 may stand in brackets. */
export const listenAddress: ScalarKind<string> = {
  shape: "scalar",
  name: "address",
  allowed: "an address of this machine, such as 0.0.0.0, ::1 or localhost",
  parse(given) {
    const bare = given.replace(/^\[(.*)\]$/, "$1");
    return isIP(bare) !== 0 || /^(?!-)[\w.-]{1,253}$/.test(bare) ? bare : undefined;
  },
};

export const stage = text("name", "1 to 128 letters, digits, - and _", /^[A-Za-z0-9_-]{1,128}$/);

export const filePath: ScalarKind<string> = {
  shape: "scalar",
  name: "path",
  allowed: "a path",
  parse: (given, folder) => (given === "" || given.includes("\0") ? undefined : path.resolve(folder, given)),
};

/** A user name and a password in it would be shown wherever the URL is. */
export const httpUrl = text(
  "URL",
  "a URL that begins with http:// or https://, without a user name, a query or a fragment",
  (given) => {
    const url = URL.parse(given);
    if (url === null || !/^https?:\/\/[^/]/i.test(given) || /\s/.test(given)) return false;
    return url.username === "" && url.password === "" && !/[?#]/.test(given);
  },
);

/** Of any scheme: pages of extensions and of apps that wrap a browser have origins of their own. */
export const origin = text(
  "origin",
  "a scheme and a host, with a port where it is not the usual one and nothing behind it: https://example.com, https://*.example.com",
  (given) =>
    /^[a-z][a-z0-9+.-]*:\/\/(\*\.)?[^\s/*?#@]+$/.test(given) && URL.canParse(given.replace("*", "any")),
);

export const network = text(
  "network",
  "an IP address or a network, such as 10.0.0.7, 10.0.0.0/8 or fd00::/8",
  (given) => {
    const [, address = "", prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(given) ?? [];
    // Zones, as in fe80::1%eth0, are no part of what a network is matched with.
    const family = address.includes("%") ? 0 : isIP(address);
    return family !== 0 && Number(prefix ?? 0) <= (family === 4 ? 32 : 128);
  },
);

/** What a server may send, as RFC 6455 and the registry of IANA have it. */
export const closeCode: ScalarKind<number> = {
  shape: "scalar",
  name: "close code",
  allowed: "1000, 1001, 1008, 1011 to 1014, or a number from 3000 to 4999",
  parse: (given) => (/^(?:1000|1001|1008|101[1-4]|[34]\d{3})$/.test(given) ? Number(given) : undefined),
};

/** RFC 6455: a control frame holds 125 bytes, two of which are the code. */
export const closeReason = text("text", "at most 123 bytes", (given) => Buffer.byteLength(given) <= 123);

/** RFC 9110: a token. */
export const headerName = text("name", "a header's name", /^[\w!#$%&'*+.^`|~-]+$/);
export const headerValue = text("text", "text on one line", /^[\t\u0020-\u007e\u0080-\u00ff]+$/);

export const component = text("component", oneOf(...Object.keys(logComponents)).allowed, isLogComponent);

export const accessLogFormat = text(
  "format",
  "one line of at most 3,072 bytes, with variables such as $context.requestId",
  (given) => {
    try {
      return given !== "" && parseAccessLogFormat(given).parts.length > 0;
    } catch {
      return false;
    }
  },
);

export const oneLine = text("text", "1 to 255 characters on one line", /^\P{Cc}{1,255}$/u);

export const registry = text(
  "registry",
  "a host, with a port and a path if wanted, such as registry.example.com/team",
  /^[\w.-]+(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
);
export const imageName = text(
  "image name",
  "lower-case letters, digits, and ., _, - or / between them",
  /^[a-z0-9]+([._/-]+[a-z0-9]+)*$/,
);
export const imageTag = text("tag", "1 to 128 letters, digits, _, . and -", /^\w[\w.-]{0,127}$/);
export const imageReference = text("image", "an image, such as node:24-bookworm-slim", /^[\w.:/@-]+$/);

/** RFC 1123, as Kubernetes has it. */
const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
export const objectName = text(
  "name",
  "1 to 63 lower-case letters, digits and -, with a letter or digit at both ends",
  new RegExp(`^${label}$`),
);
/** RFC 1035: a Service becomes a name in the DNS. */
export const serviceName = text(
  "name",
  "1 to 63 lower-case letters, digits and -, with a letter first and no - last",
  new RegExp(`^(?=[a-z])${label}$`),
);
export const dottedName = text(
  "name",
  "lower-case letters, digits, - and ., with a letter or digit at both ends",
  new RegExp(`^(?=.{1,253}$)${label}(\\.${label})*$`),
);
export const hostName = text(
  "host name",
  "a host name, such as chat.example.com",
  new RegExp(`^(?=.{1,253}$)(\\*\\.)?${label}(\\.${label})*$`),
);
export const urlPath = text("path of URLs", "a path that begins with /", /^\/[^\s?#]*$/);
export const quantity = text(
  "quantity",
  "a quantity of Kubernetes, such as 250m, 2, 256Mi or 1Gi",
  /^(?!0+(?:\.0+)?\D*$)\d+(\.\d+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/,
);
