/** `npm run conformance`: runs the suite against a Holdfast of its own, or with `--url` against its app anywhere else. */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    /** `wss://…/stage` of the open API. */
    url: { type: "string" },
    /** `wss://…/stage` of the API with an authorizer. */
    "authorized-url": { type: "string" },
    /** `https://…/stage` for `@connections`, unless it is the URL's own. */
    endpoint: { type: "string" },
    /** What calls are signed for; read from the URL where that names it. */
    region: { type: "string" },
    /** The open API's id, which events are to name; read from the URL where that names it. */
    api: { type: "string" },
  },
});

if ((values.url === undefined) !== (values["authorized-url"] === undefined)) {
  console.error("Give both --url and --authorized-url, or neither.");
  process.exit(2);
}

const given = {
  CONFORMANCE_URL: values.url,
  CONFORMANCE_AUTHORIZED_URL: values["authorized-url"],
  CONFORMANCE_ENDPOINT: values.endpoint,
  CONFORMANCE_REGION: values.region,
  CONFORMANCE_API: values.api,
};
const { status } = spawnSync("vitest", ["run", "--project", "conformance", "--reporter", "verbose"], {
  stdio: "inherit",
  shell: process.platform === "win32",
  env: { ...process.env, ...given },
});
process.exit(status ?? 1);
