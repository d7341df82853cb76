import { describe, expect, it } from "vitest";
import { serveHttp } from "../../test/e2e/gateway/http-server.ts";
import { createConfigModule } from "./config-module.ts";

const serveModule = (names: readonly string[] = ["chat", "news"]) =>
  serveHttp(
    createConfigModule({
      websockets: () => names.map((name) => ({ name, path: `/${name}` })),
      domainName: "configured.test:3333",
      hostNames: ["box.local"],
      next: (_request, response) => response.writeHead(404).end("next"),
    }),
  );

async function load(text: string): Promise<{ websockets: unknown; url: unknown }> {
  return (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
    websockets: unknown;
    url: unknown;
  };
}

describe("the config module", () => {
  it("is a module with each socket's URL, and the first one's", async () => {
    await using server = await serveModule();
    const answer = await server.fetch("/_holdfast/config.js");
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "no-store",
    });
    const base = `ws://127.0.0.1:${server.port}`;
    expect(await load(answer.text)).toMatchObject({
      websockets: { chat: `${base}/chat`, news: `${base}/news` },
      url: `${base}/chat`,
    });
  });

  it.each([
    ["localhost:PORT", "ws://localhost:PORT/chat"],
    ["LOCALHOST:PORT", "ws://localhost:PORT/chat"],
    ["box.local:PORT", "ws://box.local:PORT/chat"],
    ["evil.example:PORT", "ws://configured.test:3333/chat"],
    ["127.0.0.1:1", "ws://configured.test:3333/chat"],
    ["127.0.0.2:PORT", "ws://configured.test:3333/chat"],
    ["a b", "ws://configured.test:3333/chat"],
  ])("follows the host %s where that leads here", async (host, url) => {
    await using server = await serveModule();
    const put = (text: string) => text.replace("PORT", String(server.port));
    const answer = await server.fetch("/_holdfast/config.js", { headers: { host: put(host) } });
    expect((await load(answer.text)).url).toBe(put(url));
  });

  it("has no URL where there is no socket", async () => {
    await using server = await serveModule([]);
    const answer = await server.fetch("/_holdfast/config.js?x");
    expect(await load(answer.text)).toMatchObject({ websockets: {}, url: undefined });
  });

  it("leaves everything else to the next handler", async () => {
    await using server = await serveModule();
    expect((await server.fetch("/_holdfast/other.js")).status).toBe(404);
    expect((await server.fetch("/_holdfast/config.js", { method: "POST" })).status).toBe(404);
  });
});
