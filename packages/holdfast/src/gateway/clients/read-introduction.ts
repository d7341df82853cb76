import type { Socket } from "node:net";
import type { DeadlineList } from "../deadline-list.ts";
import { Deadline } from "../deadline-list.ts";
import { isLocalClient } from "../local-client.ts";
import { resetSocket } from "../reset-socket.ts";
import { setSource } from "./client.ts";
import { parseProxyHeader, type ProxyHeader } from "./proxy-header.ts";

const noHeader: ProxyHeader = { bytes: 0 };

/**
 * Takes the PROXY header off a socket's beginning and hands the socket on, with all that follows still to be read. A socket
 * that brings none, or not in time, is reset; only what runs on this machine, as functions and health checks do, may come
 * without: a proxy beside it is no less trusted.
 *
 * @param known gets how many bytes the header had.
 */
export function readIntroduction(
  socket: Socket,
  deadlines: DeadlineList,
  known: (headerBytes: number) => void,
  refused: () => void,
): void {
  let received: Buffer = Buffer.alloc(0);
  const finish = (): void => {
    socket.off("data", take);
    socket.off("end", refuse);
    socket.off("close", forget);
    deadlines.delete(deadline);
  };
  const refuse = (): void => {
    finish();
    resetSocket(socket);
    refused();
  };
  const forget = (): void => deadlines.delete(deadline);
  const take = (chunk: Buffer): void => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const header = parseProxyHeader(received);
    if (header === "incomplete") return;
    if (header === "invalid" && !isLocalClient(socket)) {
      refuse();
      return;
    }
    finish();
    const { bytes, source } = header === "invalid" ? noHeader : header;
    if (source !== undefined) setSource(socket, source);
    const rest = received.subarray(bytes);
    if (rest.length > 0) socket.unshift(rest);
    known(bytes);
  };
  const deadline = new Deadline(refuse);
  deadlines.add(deadline);
  socket.on("data", take);
  socket.once("end", refuse);
  socket.once("close", forget);
}
