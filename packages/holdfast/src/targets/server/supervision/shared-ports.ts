import { lookup } from "node:dns/promises";
import net, { isIP } from "node:net";
import { getSystemErrorName } from "node:util";
import { toListenError } from "../../../base/listen-error.ts";

/** The operating system's socket, as processes pass it to each other. */
export interface PortHandle {
  getsockname(address: { port?: number }): number;
  close(): void;
}

export interface SharedPort {
  readonly port: number;
  readonly handle: PortHandle;
}

/**
 * Ports that are open for as long as the supervisor lives. It binds them and never accepts: workers listen on them, in turn
 * or at once, and whoever connects while no worker looks waits in the kernel's queue.
 */
export class SharedPorts {
  /** By host and port as they were asked for; port 0 more than once. */
  readonly #ports = new Map<string, SharedPort[]>();

  /** For one worker: whoever asks twice for the same gets two. */
  forWorker(): WorkerPorts {
    const asked = new Map<string, number>();
    return {
      open: async (host, port) => {
        const name = `${host} ${port}`;
        const index = asked.get(name) ?? 0;
        asked.set(name, index + 1);
        const ports = this.#ports.get(name) ?? [];
        this.#ports.set(name, ports);
        return (ports[index] ??= await bind(host, port));
      },
      closeOthers: () => {
        for (const [name, ports] of this.#ports) {
          for (const { handle } of ports.splice(asked.get(name) ?? 0)) handle.close();
          if (ports.length === 0) this.#ports.delete(name);
        }
      },
    };
  }

  close(): void {
    for (const ports of this.#ports.values()) for (const { handle } of ports) handle.close();
    this.#ports.clear();
  }
}

export interface WorkerPorts {
  /** The port that another worker got when it asked for this, or a new one. Rejects with `ADDRESS_IN_USE` and its like. */
  open(host: string, port: number): Promise<SharedPort>;
  /** Closes those that this worker did not ask for: nobody listens there any more. */
  closeOthers(): void;
}

async function bind(host: string, port: number): Promise<SharedPort> {
  try {
    const address = isIP(host) === 0 ? (await lookup(host)).address : host;
    const handle = createHandle(address, port, isIP(address));
    if (typeof handle === "number") throw systemError(handle);
    const bound: { port?: number } = {};
    // Whether an address is in use shows here at the earliest.
    const failure = handle.getsockname(bound);
    if (failure !== 0) {
      handle.close();
      throw systemError(failure);
    }
    return { port: bound.port ?? port, handle };
  } catch (error) {
    throw toListenError(error, host, port);
  }
}

type CreateHandle = (
  address: string,
  port: number,
  family: number,
  fd: number,
  flags: number,
) => PortHandle | number;

/**
 * A bound socket that is not listened on. Node's cluster module has its own by this function, which is not documented; what
 * is documented, `listen`, accepts at once, and `net.BoundSocket` is too new for the versions that we run on.
 */
function createHandle(address: string, port: number, family: number): PortHandle | number {
  const { _createServerHandle: create } = net as unknown as { readonly _createServerHandle: CreateHandle };
  return create(address, port, family, -1, 0);
}

function systemError(number: number): NodeJS.ErrnoException {
  const code = getSystemErrorName(number);
  return Object.assign(new Error(`Cannot bind: ${code}`), { code, errno: number });
}
