import { type } from "arktype";
import { App, type StandardSchema } from "holdfast";
import * as v from "valibot";
import { z } from "zod";

const app = new App("schemas");
export default app;

const ws = app.websocket();

ws.on(
  "zod",
  {
    body: z.object({
      action: z.string(),
      at: z.coerce.number().min(1),
      tags: z.array(z.string()).default([]),
    }),
  },
  ({ body }) => ({
    at: body.at + 1,
    tags: body.tags,
  }),
);

ws.on(
  "valibot",
  { body: v.object({ action: v.string(), name: v.pipe(v.string(), v.minLength(2)) }) },
  ({ body }) => body.name.toUpperCase(),
);

ws.on("arktype", { body: type({ action: "string", count: "number>=0" }) }, ({ body }) => body.count * 2);

/** One written by hand, asynchronous. */
const even: StandardSchema<unknown, { n: number }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: async (value) => {
      const { n } = value as { n: number };
      return n % 2 === 0 ? { value: { n } } : { issues: [{ message: "is odd", path: ["n"] }] };
    },
  },
};
ws.on("own", { body: even, timeoutMs: 1000 }, ({ body }) => body.n / 2);

const reply = z.object({ sum: z.number(), note: z.string().default("none") });
ws.on("sum", { body: z.object({ of: z.array(z.number()) }), reply }, ({ body }) => ({
  sum: body.of.reduce((a, b) => a + b, 0),
}));
ws.on("wrong-sum", { body: z.object({}), reply }, () => ({ sum: "three" }) as never);
