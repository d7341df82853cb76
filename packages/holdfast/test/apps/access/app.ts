import { App, UnauthorizedError } from "holdfast";

const app = new App("access");
export default app;

// A door that asks who comes in, and no connect handler behind it.
const lobby = app.websocket<{ authorizer: { user: string; admin: string } }>("lobby");

lobby.authorize(
  { identitySources: ["route.request.querystring.token"] },
  ({ query, headers, protocols, sourceIp, event }) => {
    const token = query.get("token");
    if (token === "bad") throw new UnauthorizedError();
    if (token === "broken") return { allow: true, context: { user: {} } } as never;
    if (token === "false") return false;
    if (token === "denied") return { allow: false };
    const { methodArn } = event as { methodArn: string };
    return {
      allow: true,
      principalId: `${protocols.length} ${headers.get("x-probe")} ${sourceIp} ${methodArn.split("/").at(-1)}`,
      context: { user: token ?? "", admin: token === "root" },
    };
  },
);

lobby.onMessage(({ authorizer }) => {
  const user: string = authorizer.user;
  return { user, admin: authorizer.admin, principal: authorizer.principalId };
});

lobby.on("event", ({ event }) => (event as { requestContext: object }).requestContext);

// A door for partners.
const feed = app.websocket("feed", { throttling: { ratePerSecond: 1000, burst: 1000 } });
const plan = app.usagePlan("few", { quota: { requests: 2, period: "month" } });
app.apiKey("partner", { secret: app.secret("PARTNER_KEY"), plan });
app.apiKey("guest", { value: "guest-key-for-examples" });
app.apiKey("nobody", { secret: app.secret("NOT_PROVIDED") });

feed.onConnect({ apiKey: true }, () => {});
feed.on("burst", { throttling: { ratePerSecond: 0, burst: 1 } }, () => "heard");

// One for partners in browsers, who cannot send headers.
const page = app.websocket("page");
page.authorize(({ query }) => ({ allow: true, usageIdentifierKey: query.get("key") ?? "" }));
page.onConnect({ apiKey: "authorizer" }, () => {});

// A door for those who sign.
const signed = app.websocket("signed");
signed.onConnect({ iam: true }, ({ authorizer }) => ({ attributes: authorizer }));
