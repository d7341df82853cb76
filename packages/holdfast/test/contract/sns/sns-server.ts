import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { StopperStack } from "../../../src/base/stopper.ts";
import type { AppModel } from "../../../src/model/app-model.ts";
import type { QueueStore } from "../../../src/ports/queue-store.ts";
import { createSnsFace } from "../../../src/services/sns/sns-face.ts";
import { createMemoryQueueStore } from "../../../src/stores/memory/queue-store.ts";
import { createMemoryTableStore } from "../../../src/stores/memory/table-store.ts";
import { createTopicBus } from "../../../src/stores/memory/topic-bus.ts";
import { LocalTopics } from "../../../src/targets/local/topics/local-topics.ts";

export interface SnsServer {
  readonly endpoint: string;
  readonly queues: QueueStore;
  /** What functions were given, in its order. */
  readonly events: AsyncIterator<{ readonly function: string; readonly payload: unknown }>;
  /** What was posted to `${endpoint}/hook…`, in its order. */
  readonly posts: AsyncIterator<Post>;
  readonly close: () => Promise<void>;
}

export interface Post {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export const snsPlace = { region: "eu-west-1", accountId: "000000000000" };

/** The face over real topics, queues and subscriptions, on a port of its own where URLs can be subscribed as well. */
export async function serveSns(model: AppModel): Promise<SnsServer> {
  const opened = new StopperStack();
  const common = { clock: systemClock, log: silentLog };
  const tables = createMemoryTableStore(common);
  opened.push(() => tables.close());
  const queues = createMemoryQueueStore(common);
  opened.push(() => queues.close());
  await queues.define(model.queues);
  const bus = createTopicBus({ ...common, limits: { firstPauseMs: 1 } });
  opened.push(() => bus.close(0));
  const events = new Arrivals<{ readonly function: string; readonly payload: unknown }>();
  const posts = new Arrivals<Post>();
  const topics = new LocalTopics({
    ...common,
    bus,
    queues,
    tables,
    place: snsPlace,
    runFunction: async (name, _topic, payload) => events.add({ function: name, payload }),
  });
  topics.define(model.topics);
  const face = createSnsFace({ topics, model: () => model, place: snsPlace });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [body, url = "/"] = [await text(request), request.url];
    if (url.startsWith("/hook")) {
      posts.add({ path: url, headers: request.headers, body });
      response.writeHead(url === "/hook/refuses" ? 404 : 200).end();
      return;
    }
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
    const answered = await face.answer({
      service: "sns",
      region: snsPlace.region,
      method: request.method ?? "",
      host: "127.0.0.1",
      target: url,
      headers: Object.fromEntries(headers),
      body: Buffer.from(body),
      requestId: "request-1",
      caller: {},
    });
    response.writeHead(answered.status, answered.headers).end(answered.body);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  opened.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, queues, events, posts, close: () => opened.stop() };
}

/** What comes, for whoever waits for it. */
class Arrivals<T> implements AsyncIterator<T> {
  readonly #there: T[] = [];
  readonly #waiting: ((result: IteratorResult<T>) => void)[] = [];

  add(value: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#there.push(value);
    else waiting({ value, done: false });
  }

  next(): Promise<IteratorResult<T>> {
    const value = this.#there.shift();
    if (value !== undefined) return Promise.resolve({ value, done: false });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
