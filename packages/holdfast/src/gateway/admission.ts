import type { IncomingMessage } from "node:http";
import type { Clock } from "../base/clock.ts";
import { AddressCounts } from "./clients/address-counts.ts";
import { AddressRates } from "./clients/address-rates.ts";
import { clientOf } from "./clients/client.ts";
import { OriginRules } from "./clients/origin-rules.ts";
import type { Refusal } from "./gateway.ts";
import { refuseUpgrade } from "./handshake.ts";
import type { ListenerLimits } from "./listener-limits.ts";
import type { RefusalLog } from "./refusal-log.ts";

/** Who may have a connection as far as numbers and origins go, whichever API it is for. */
export class Admission {
  readonly #limits: ListenerLimits;
  readonly #origins: OriginRules;
  readonly #clock: Clock;
  readonly #refusals: RefusalLog;
  readonly #rates: AddressRates;
  readonly #perAddress: AddressCounts;
  #count = 0;

  constructor(limits: ListenerLimits, origins: readonly string[], clock: Clock, refusals: RefusalLog) {
    this.#limits = limits;
    this.#origins = new OriginRules(origins);
    this.#clock = clock;
    this.#refusals = refusals;
    this.#rates = new AddressRates(limits.handshakesPerSecondPerAddress);
    this.#perAddress = new AddressCounts(limits.connectionsPerAddress);
  }

  /** Before anything else is looked at, so that a flood of whatever kind costs little. */
  checkRate(request: IncomingMessage): Refusal | undefined {
    const { address } = clientOf(request);
    if (this.#rates.take(address, this.#clock.now())) return undefined;
    const { handshakesPerSecondPerAddress: rate } = this.#limits;
    return this.#refuse("handshakes of one address", tooMany, {
      cause: `${address} asks for more than ${rate} connections a second`,
      hint: "limits.handshakesPerSecondPerAddress is how many it may ask for. Behind a proxy, name that in proxy.trusted, so that its clients are told apart.",
    });
  }

  checkOrigin(request: IncomingMessage): Refusal | undefined {
    const { origin } = request.headers;
    if (this.#origins.allows(origin)) return undefined;
    return this.#refuse("origins", forbidden, {
      cause: `a page of ${printable(origin)} may not connect`,
      hint: "List its origin under origins, if it may.",
      origin: printable(origin),
    });
  }

  /** A place among the connections, to be given back once with `leave`; or why there is none. */
  enter(request: IncomingMessage): Place | Refusal {
    const { address } = clientOf(request);
    const { connections, connectionsPerAddress } = this.#limits;
    if (this.#count >= connections)
      return this.#refuse("connections", full, {
        cause: `there are ${connections} connections`,
        hint: "limits.connections is how many there may be.",
      });
    if (!this.#perAddress.take(address))
      return this.#refuse("connections of one address", tooMany, {
        cause: `${address} has ${connectionsPerAddress} connections`,
        hint: "limits.connectionsPerAddress is how many it may have. Behind a proxy, name that in proxy.trusted, so that its clients are told apart.",
      });
    this.#count += 1;
    let isTaken = true;
    return {
      kind: "place",
      leave: () => {
        if (!isTaken) return;
        isTaken = false;
        this.#count -= 1;
        this.#perAddress.release(address);
      },
    };
  }

  #refuse(kind: string, refusal: Refusal, { cause, hint, ...fields }: Reason): Refusal {
    this.#refusals.tell(kind, "warn", "listener.handshake-refused", {
      message: `A handshake was refused with ${refusal.status}: ${cause}`,
      hint,
      status: refusal.status,
      ...fields,
    });
    return refusal;
  }
}

export interface Place {
  readonly kind: "place";
  /** Does nothing the second time. */
  leave(): void;
}

interface Reason {
  readonly cause: string;
  readonly hint: string;
  readonly origin?: string;
}

const forbidden = refuseUpgrade(403, "Forbidden");
const tooMany = refuseUpgrade(429, "Too Many Requests", [["retry-after", "1"]]);
/** Places come free as clients leave, which takes longer than a second. */
const full = refuseUpgrade(503, "Service Unavailable", [["retry-after", "5"]]);

/** A client writes what it likes, and the log goes to a terminal. */
function printable(text = ""): string {
  return text.slice(0, 200).replaceAll(/[^\x20-\x7e]/g, "?");
}
