import { expect, test } from "vitest";
import { runExistingApp, send } from "./existing-app.ts";

test("queues, topics, tables and buckets feed functions, which tell every socket", async () => {
  const app = await runExistingApp("sam-feeds");
  const client = await app.connect();
  const heard = (count: number) => Promise.all(Array.from({ length: count }, () => client.next(20_000)));

  send(client, { action: "job", text: "one" });
  expect(await heard(1)).toEqual(["job one"]);
  send(client, { action: "news", text: "unheard", importance: "low" });
  send(client, { action: "news", text: "heard", importance: "high" });
  expect(await heard(1)).toEqual(["news heard"]);
  send(client, { action: "order", id: "7", text: "tea" });
  expect(await heard(2)).toEqual(["order INSERT - -> ", "order MODIFY  -> tea"]);
  send(client, { action: "upload", key: "other/a.txt", text: "x" });
  send(client, { action: "upload", key: "pictures/ä b.txt", text: "x" });
  expect(await heard(1)).toEqual(["upload pictures/%C3%A4+b.txt ObjectCreated:Put"]);
  send(client, { action: "job", text: "bad" });
  expect(await heard(1)).toEqual(["failed bad"]);
});
