import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { InvalidAppError } from "../../model/invalid-app-error.ts";
import { defaultServerConfiguration } from "../../model/server-configuration.ts";
import { formatError } from "../output/format-error.ts";
import { stylesFor } from "../output/styles.ts";
import {
  readConfiguration,
  type ConfigurationReading,
  type ConfigurationSources,
} from "./read-configuration.ts";

const cwd = mkdtempSync(path.join(tmpdir(), "holdfast-configuration-"));
afterAll(() => rmSync(cwd, { recursive: true }));
beforeEach(() => rmSync(path.join(cwd, "holdfast.yaml"), { force: true }));

function write(text: string, name = "holdfast.yaml"): void {
  writeFileSync(path.join(cwd, name), text);
}

function read(sources: Partial<ConfigurationSources> = {}): Promise<ConfigurationReading> {
  return readConfiguration({ cwd, env: {}, ...sources });
}

/** Each mistake as `line:column message`, without a place for what is in no file. */
async function mistakes(sources: Partial<ConfigurationSources> = {}): Promise<readonly string[]> {
  const error = await read(sources).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InvalidAppError)) throw new Error("It was read", { cause: error });
  return error.diagnostics.map(({ place, message }) =>
    place === undefined ? message : `${place.line}:${place.column} ${message}`,
  );
}

describe("weights", () => {
  it("are the defaults where nobody says anything", async () => {
    const { configuration, ...rest } = await read({ appDir: "/srv/chat" });
    expect(configuration).toEqual({ ...defaultServerConfiguration, stateDir: "/srv/chat/.holdfast" });
    expect(rest).toEqual({ warnings: [] });
  });

  it("rise from the file over the environment and --set to flags", async () => {
    write("port: 1\nstage: file\nhost: 10.0.0.1\nlimits: { connections: 1 }\n");
    const { configuration } = await read({
      env: { HOLDFAST_STAGE: "variable", HOLDFAST_PORT: "2", HOLDFAST_LIMITS_CONNECTIONS: "2" },
      set: ["limits.connections=3", "limits.connections=4", "port=3"],
      flags: { port: "4" },
    });
    expect(configuration).toMatchObject({
      port: 4,
      stage: "variable",
      host: "10.0.0.1",
      limits: { connections: 4 },
    });
  });

  it("replace lists and maps as a whole, and --set adds entries to maps", async () => {
    write(
      "origins: ['https://a.example']\nlogs: { levels: { gateway: debug } }\ntraces: { headers: { a: b } }\n",
    );
    const { configuration } = await read({
      env: {
        HOLDFAST_ORIGINS: "https://b.example, https://c.example",
        HOLDFAST_TRACES_HEADERS: '{"c":"d,e"}',
      },
      set: ["logs.levels.http=warn"],
    });
    expect(configuration.origins).toEqual(["https://b.example", "https://c.example"]);
    expect(configuration.traces.headers).toEqual({ c: "d,e" });
    expect(configuration.logs.levels).toEqual({ gateway: "debug", http: "warn" });
  });

  it("leave no trace in the defaults", async () => {
    const before = structuredClone(defaultServerConfiguration);
    await read({ set: ["logs.levels.http=warn", "limits.connections=1", "origins=https://a.example"] });
    expect(defaultServerConfiguration).toEqual(before);
  });
});

describe("the file", () => {
  it("may be empty, or hold nothing behind its names", async () => {
    write("# nothing yet\n");
    expect((await read()).file).toBe(path.join(cwd, "holdfast.yaml"));
    write("port:\nlimits:\n  # connections: 5\nlogs: { level: ~ }\n");
    expect((await read()).configuration.logs.level).toBe("info");
  });

  it("has paths that are relative to it, and others to the current folder", async () => {
    write("app: ../chat/app.ts\ntls: { certificate: c.pem, key: /run/k.pem }\n");
    const file = path.join(path.basename(cwd), "holdfast.yaml");
    const above = path.dirname(cwd);
    const { app, configuration } = await read({
      cwd: above,
      file,
      env: { HOLDFAST_MANAGEMENT_CREDENTIALS: "keys.json" },
    });
    expect(app).toBe(path.join(above, "chat/app.ts"));
    expect(configuration.tls).toEqual({ certificate: path.join(cwd, "c.pem"), key: "/run/k.pem" });
    expect(configuration.management.credentials).toBe(path.join(above, "keys.json"));
    expect(configuration.stateDir).toBe(path.join(above, "chat/.holdfast"));
  });

  it("keeps text as it is written, whatever it looks like", async () => {
    write("stage: 0123\ndocker: { tag: 1.10 }\nkubernetes: { cpu: 2, namespace: 'null' }\n");
    expect((await read()).configuration).toMatchObject({
      stage: "0123",
      docker: { tag: "1.10" },
      kubernetes: { cpu: "2", namespace: "null" },
    });
  });

  it("must be there when it is named", async () => {
    expect(await mistakes({ file: "other.yaml" })).toEqual([
      "undefined:undefined There is no such configuration file",
    ]);
  });

  it("that ends in .yml is not read, which is said", async () => {
    write("port: 1", "holdfast.yml");
    const { configuration, warnings } = await read();
    rmSync(path.join(cwd, "holdfast.yml"));
    expect(configuration.port).toBeUndefined();
    expect(warnings.map(({ place }) => path.basename(place?.file ?? ""))).toEqual(["holdfast.yml"]);
  });

  it.each([
    ["port: [", /^1:8 This is not YAML/],
    ["port: 1\nport: 2\n", /^2:1 This name is there twice$/],
    ["- port", /^1:1 holdfast.yaml holds no settings$/],
    ["stage: &a x\nhost: *a\n", /^2:7 Aliases and tags of YAML are not read here$/],
    ["port: !!int 1\n", /^1:13 Aliases and tags of YAML are not read here$/],
  ])("cannot be %j", async (text, message) => {
    write(text);
    expect((await mistakes())[0]).toMatch(message);
  });
});

describe("mistakes", () => {
  it("are all shown, each where it stands", async () => {
    write(
      [
        "prot: 80",
        "limits:",
        "  connections: many",
        "  conectionsPerAddress: 5",
        "drain: 5s",
        "origins:",
        "  - https://a.example",
        "  - a.example",
        "logs: { levels: { gateway: loud, gatway: debug } }",
        "limits.connections: 5",
        "",
      ].join("\n"),
    );
    const found = await mistakes({
      env: { HOLDFAST_PORT: "x" },
      flags: { host: "a b" },
      set: ["limits.conections=3", "drain.closeCode"],
    });
    expect(found).toEqual([
      '1:1 There is no setting "prot"',
      '3:16 limits.connections cannot be "many"',
      '4:3 There is no setting "limits.conectionsPerAddress"',
      "5:1 drain is a section, not a setting",
      '8:5 origins cannot be "a.example"',
      '9:28 logs.levels.gateway cannot be "loud"',
      '9:34 logs.levels cannot have the name "gatway"',
      '10:1 There is no setting "limits.connections"',
      'HOLDFAST_PORT cannot be "x"',
      '--host cannot be "a b"',
      '--set knows no setting "limits.conections"',
      "--set drain.closeCode has no value",
    ]);
  });

  it("are told with what is allowed and what was meant", async () => {
    write("drain:\n  windowMs: 2h\nconnectionsPerAddress: 1\n");
    const error = await read({ set: ["drain.windowms=1s"] }).catch((thrown: unknown) => thrown);
    expect(formatError(error as Error, stylesFor({}, {}), cwd)).toBe(
      [
        '✖ drain.windowMs cannot be "2h" (CONFIGURATION_INVALID)',
        "  holdfast.yaml:2:13",
        "  Give a number of milliseconds, or a text such as 30s, 10m or 500ms, from 0 to 1h.",
        "",
        '✖ There is no setting "connectionsPerAddress" (CONFIGURATION_INVALID)',
        "  holdfast.yaml:3:1",
        "  Did you mean limits.connectionsPerAddress?",
        "",
        '✖ --set knows no setting "drain.windowms" (CONFIGURATION_INVALID)',
        "  Did you mean drain.windowMs?",
      ].join("\n"),
    );
  });

  it.each<[string, Partial<ConfigurationSources>]>([
    ["traces: { headers: { a: 'hush\u0007' } }", {}],
    ["traces: { headers: hush }", {}],
    ["traces: { headers: { hush hush: a } }", {}],
    ["traces: { headers: { a: b }, hush: [hush}", {}],
    ["traces: { endpoint: 'http//me:hush@host' }", {}],
    ["", { env: { HOLDFAST_TRACES_HEADERS: "Bearer hush=" } }],
    ["", { env: { HOLDFAST_TRACES_HEADERS: "Bearer hush" } }],
    ["", { env: { HOLDFAST_TRACES_HEADERS: '{ "a": "hush' } }],
    ["", { set: ["traces.headers.a: hush"] }],
    ["", { set: ["traces.headers.a: hush="] }],
    ["", { set: ["traces.header.a: hush="] }],
  ])("never show a secret: %j %j", async (text, sources) => {
    write(text);
    const error = await read(sources).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidAppError);
    const shown = JSON.stringify((error as InvalidAppError).diagnostics);
    expect(shown.replaceAll("traces.hush", "")).not.toContain("hush");
  });
});

describe("the environment", () => {
  it("says nothing with empty variables, and with those of a Kubernetes Service", async () => {
    const { configuration, warnings } = await read({
      env: {
        HOLDFAST_STAGE: "",
        HOLDFAST_PORT: "tcp://10.0.0.1:80",
        HOLDFAST_PORT_80_TCP: "tcp://10.0.0.1:80",
        HOLDFAST_SERVICE_HOST: "10.0.0.1",
      },
    });
    expect(configuration.stage).toBe("production");
    expect(configuration.port).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it("is warned about where a variable was meant for another, and nowhere else", async () => {
    const { warnings } = await read({
      env: {
        HOLDFAST_APP: "chat",
        HOLDFAST_HOSTS: "chat.test",
        HOLDFAST_SECRET_KEY: "x",
        HOLDFAST_POTR: "1",
        HOLDFAST_LIMITS_CONNECTIONS_PER_ADRESS: "1",
        HOLDFAST_LOGS_LEVELS_GATEWAY: "debug",
      },
    });
    expect(warnings.map(({ message, hint }) => `${message}. ${hint}`)).toEqual([
      "The variable HOLDFAST_LIMITS_CONNECTIONS_PER_ADRESS is not read. Did you mean HOLDFAST_LIMITS_CONNECTIONS_PER_ADDRESS?",
      "The variable HOLDFAST_LOGS_LEVELS_GATEWAY is not read. Did you mean HOLDFAST_LOGS_LEVELS=name=value?",
      "The variable HOLDFAST_POTR is not read. Did you mean HOLDFAST_PORT?",
    ]);
  });

  it("may hold lists and maps as JSON", async () => {
    const { configuration } = await read({
      env: { HOLDFAST_PROXY_TRUSTED: '["10.0.0.0/8", "::1"]', HOLDFAST_LOGS_LEVELS: '{"http": "warn"}' },
    });
    expect(configuration.proxy.trusted).toEqual(["10.0.0.0/8", "::1"]);
    expect(configuration.logs.levels).toEqual({ http: "warn" });
  });
});

describe("settings that do not go together", () => {
  it.each<[readonly string[], string]>([
    [["tls.certificate=c.pem"], "tls.certificate is set without tls.key"],
    [["tls.key=k.pem"], "tls.key is set without tls.certificate"],
    [["proxy.protocol=true"], "proxy.protocol is set, but nobody's PROXY headers are trusted"],
    [["drain.windowMs=30s"], "drain.windowMs, 30000, is not less than drain.graceMs, 30000"],
    [["drain.graceMs=5s"], "drain.windowMs, 10000, is not less than drain.graceMs, 5000"],
    [["metrics.enabled=true", "port=9797"], "metrics.port is the app's own port, 9797"],
    [["traces.sampler.parameter=0.5"], "traces.sampler.parameter cannot be 0.5 with the type const"],
    [
      ["traces.sampler.type=ratelimiting", "traces.sampler.parameter=0"],
      "traces.sampler.parameter cannot be 0 with the type ratelimiting",
    ],
    [["kubernetes.service.nodePort=30000"], "kubernetes.service.nodePort is set, but the type is ClusterIP"],
  ])("%j", async (set, message) => {
    const found = await mistakes({ set });
    expect(found.map((one) => one.replace(/^--set [\w.]+: /, ""))).toEqual([message]);
  });

  it("are told where the one stands that is most to blame", async () => {
    write("drain:\n  windowMs: 60s\n");
    expect(await mistakes()).toEqual(["2:13 drain.windowMs, 60000, is not less than drain.graceMs, 30000"]);
  });

  it("are not spoken of where one of them could not be read", async () => {
    expect(await mistakes({ set: ["tls.certificate=c.pem", "tls.key="] })).toEqual([
      '--set tls.key cannot be ""',
    ]);
  });
});
