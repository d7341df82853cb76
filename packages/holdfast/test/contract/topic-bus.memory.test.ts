import { createTopicBus } from "../../src/stores/memory/topic-bus.ts";
import { describeTopicBus } from "./topic-bus.ts";

describeTopicBus("the bus in memory", async (options) => ({ bus: createTopicBus(options), isKept: false }));
