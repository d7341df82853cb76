import { App, ConditionFailedError } from "holdfast";

const app = new App("chat", { port: 9090 });
export default app;

const names = app.table<{ name: string; connectionId: string }, "name">("names", { key: "name" });

const chat = app.websocket<{ attributes: { name: string; age?: string }; messages: string }>("chat", {
  path: "/chat/{username}",
  routeSelectionExpression: "text", // the same for all: no message chooses its route, not even one that is JSON
});

// A name is taken by writing it where there is none: of many who try at once, one succeeds.
chat.onConnect(async ({ connectionId, params: { username: name = "" }, query }) => {
  try {
    await names.put({ name, connectionId }, { if: "absent" });
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    return { close: { code: 1003, reason: "Username already exists." } };
  }
  const age = query.get("age");
  return { attributes: age ? { name, age } : { name } };
});

// The greeting first: a message that the client sends at once may be handled at the same time.
chat.onOpen(async ({ connectionId, attributes: { name, age }, reply }) => {
  const who = age === undefined ? name : `${name} with age ${age}`;
  await Promise.all([
    reply(`Hi ${name}! You have succesfully connected to the chat`),
    chat.broadcast(`${who} connected to chat`, { except: connectionId }),
  ]);
});

// One after another, so that nobody's words change places.
chat.onMessage({ ordered: true }, async ({ attributes: { name }, text }) => {
  console.info(`${name}: ${text}`);
  await chat.broadcast(`${name}: ${text}`);
});

// The name is the path's: after a crash during the connect handler there may be no attributes.
chat.onDisconnect(async ({ connectionId, params: { username: name = "" } }) => {
  try {
    await names.delete({ name }, { if: { connectionId } });
  } catch (error) {
    if (error instanceof ConditionFailedError) return; // it never had the name
    throw error;
  }
  await chat.broadcast(`${name} left the chat`);
});

app.static("public");
