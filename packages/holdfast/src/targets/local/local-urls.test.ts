import { expect, it } from "vitest";
import { toLocalUrls } from "./local-urls.ts";

const apis = [
  { apiId: "abc123", authority: "localhost:3333" },
  { apiId: "def456", authority: "localhost:3334" },
  { bucket: "my.site", authority: "my.site.s3-website.localhost:3333" },
];
const host = (apiId: string, end = "com") => `${apiId}.execute-api.eu-west-1.amazonaws.${end}`;

it.each([
  ["a socket's URL", `wss://${host("abc123")}/dev`, "wss://localhost:3333/dev"],
  [
    "a callback URL",
    `https://${host("def456")}/prod/@connections/`,
    "https://localhost:3334/prod/@connections/",
  ],
  ["a bare name", host("abc123"), "localhost:3333"],
  ["a name in China", `wss://${host("abc123", "com.cn")}`, "wss://localhost:3333"],
  ["a name with its port", `https://${host("abc123")}:443/dev`, "https://localhost:3333/dev"],
  ["a name in capitals", `WSS://${host("ABC123").toUpperCase()}/dev`, "WSS://localhost:3333/dev"],
  ["several in one text", `${host("abc123")},${host("def456")}.`, "localhost:3333,localhost:3334."],
  ["text in JSON", `{"u":"wss://${host("abc123")}/d"}`, '{"u":"wss://localhost:3333/d"}'],
  [
    "a web site's URL",
    "http://my.site.s3-website-eu-west-1.amazonaws.com/a",
    "http://my.site.s3-website.localhost:3333/a",
  ],
  [
    "a web site's name in a newer region",
    "my.site.s3-website.eu-central-1.amazonaws.com:80",
    "my.site.s3-website.localhost:3333",
  ],
])("replaces %s", (_what, text, local) => {
  expect(toLocalUrls(text, apis)).toBe(local);
});

it.each([
  ["another API", `wss://${host("zzz")}/dev`],
  ["a name below an API's", `wss://x.${host("abc123")}/dev`],
  ["a longer name", `wss://${host("abc123")}.example.org/dev`],
  ["another port", `wss://${host("abc123")}:8443/dev`],
  ["another bucket's web site", "http://your.site.s3-website-eu-west-1.amazonaws.com/"],
  ["another service", "https://sqs.eu-west-1.amazonaws.com/1/abc123"],
  ["an ARN", "arn:aws:execute-api:eu-west-1:000000000000:abc123/dev/POST/@connections/*"],
])("leaves %s alone", (_what, text) => {
  expect(toLocalUrls(text, apis)).toBe(text);
});
