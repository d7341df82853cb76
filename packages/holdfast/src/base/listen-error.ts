import { HoldfastError, toError } from "./errors.ts";

/** Why nothing can listen there, in words that name the place. */
export function toListenError(cause: unknown, host: string, port: number): HoldfastError {
  const error: NodeJS.ErrnoException = toError(cause);
  const place = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  switch (error.code) {
    case "EADDRINUSE":
      return new HoldfastError("ADDRESS_IN_USE", `Something listens on ${place} already`, { cause });
    case "EACCES":
      return new HoldfastError("ADDRESS_NOT_AVAILABLE", `You may not listen on ${place}`, { cause });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new HoldfastError("ADDRESS_NOT_AVAILABLE", `${host} is no address of this machine (${place})`, {
        cause,
      });
    default:
      return new HoldfastError("ADDRESS_NOT_AVAILABLE", `Cannot listen on ${place}: ${error.message}`, {
        cause,
      });
  }
}
