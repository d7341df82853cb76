import {
  ApiGatewayManagementApiClient,
  type ApiGatewayManagementApiServiceException,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import ManagementApiV2 from "aws-sdk/clients/apigatewaymanagementapi.js";
import { spawn, spawnSync, type ChildProcessByStdio } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** One SDK, as it is, behind the same three calls. Each rejects with a `CallFailure`. */
export interface SdkCaller {
  readonly name: string;
  open(options: CallerOptions): SdkClient;
  /** Where it does not run on this machine, and why. */
  readonly missing?: string;
}

export interface CallerOptions {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SdkClient extends Disposable {
  send(id: string, data: string | Uint8Array): Promise<void>;
  close(id: string): Promise<void>;
  describe(id: string): Promise<{ readonly sourceIp?: string; readonly connectedAt?: number }>;
}

/** What an SDK made of an answer that is an error. */
export interface CallFailure {
  readonly name: string;
  readonly message: string;
  readonly status: number;
  /** Whether it is of the SDK's own class, or has its own code, for a connection that is gone. */
  readonly isGone: boolean;
}

const region = "us-east-1";

const v3: SdkCaller = {
  name: "aws-sdk for JavaScript v3",
  open({ endpoint, ...credentials }) {
    const client = new ApiGatewayManagementApiClient({ endpoint, region, credentials, maxAttempts: 1 });
    const told = <Output>(call: Promise<Output>): Promise<Output> =>
      call.catch((error: ApiGatewayManagementApiServiceException) => {
        throw {
          name: error.name,
          message: error.message,
          status: error.$metadata.httpStatusCode ?? 0,
          isGone: error instanceof GoneException,
        } satisfies CallFailure;
      });
    return {
      async send(ConnectionId, Data) {
        await told(client.send(new PostToConnectionCommand({ ConnectionId, Data })));
      },
      async close(ConnectionId) {
        await told(client.send(new DeleteConnectionCommand({ ConnectionId })));
      },
      async describe(ConnectionId) {
        const { Identity, ConnectedAt } = await told(client.send(new GetConnectionCommand({ ConnectionId })));
        return describe(Identity?.SourceIp, ConnectedAt);
      },
      [Symbol.dispose]: () => client.destroy(),
    };
  },
};

const v2: SdkCaller = {
  name: "aws-sdk for JavaScript v2",
  open({ endpoint, ...credentials }) {
    const client = new ManagementApiV2({ endpoint, region, credentials, maxRetries: 0 });
    const told = <Output>(call: Promise<Output>): Promise<Output> =>
      call.catch((error: Error & { readonly code: string; readonly statusCode?: number }) => {
        throw {
          name: error.code,
          message: error.message,
          status: error.statusCode ?? 0,
          isGone: error.code === "GoneException",
        } satisfies CallFailure;
      });
    return {
      async send(ConnectionId, Data) {
        await told(client.postToConnection({ ConnectionId, Data }).promise());
      },
      async close(ConnectionId) {
        await told(client.deleteConnection({ ConnectionId }).promise());
      },
      async describe(ConnectionId) {
        const { Identity, ConnectedAt } = await told(client.getConnection({ ConnectionId }).promise());
        return describe(Identity?.SourceIp, ConnectedAt);
      },
      [Symbol.dispose]: () => {},
    };
  },
};

function describe(sourceIp: string | undefined, connectedAt: Date | undefined) {
  return {
    ...(sourceIp !== undefined && { sourceIp }),
    ...(connectedAt !== undefined && { connectedAt: connectedAt.getTime() }),
  };
}

const boto3: SdkCaller = {
  name: "boto3",
  ...missingBoto3(),
  open: (options) => new Boto3Client(options),
};

function missingBoto3(): { missing?: string } {
  const { status, error, stderr } = spawnSync("python3", ["-c", "import boto3"], { encoding: "utf8" });
  if (error !== undefined) return { missing: `python3 does not run: ${error.message}` };
  return status === 0 ? {} : { missing: `python3 has no boto3: ${stderr.trim().split("\n").at(-1)}` };
}

/** A Python process that answers line by line. */
class Boto3Client implements SdkClient {
  readonly #options: CallerOptions;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  constructor(options: CallerOptions) {
    this.#options = options;
    const script = fileURLToPath(new URL("boto3-calls.py", import.meta.url));
    this.#process = spawn("python3", [script], { stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async send(id: string, data: string | Uint8Array): Promise<void> {
    await this.#call("send", id, Buffer.from(data as Uint8Array).toString("base64"));
  }

  async close(id: string): Promise<void> {
    await this.#call("close", id);
  }

  describe(id: string): Promise<{ sourceIp?: string; connectedAt?: number }> {
    return this.#call("describe", id);
  }

  async #call(operation: string, id: string, data?: string): Promise<{ sourceIp?: string }> {
    this.#process.stdin.write(`${JSON.stringify({ ...this.#options, operation, id, data })}\n`);
    const line = await this.#answers.next();
    if (line.done === true) throw new Error("python3 ended");
    const answer = JSON.parse(line.value) as { result?: { sourceIp?: string }; error?: CallFailure };
    if (answer.error !== undefined) throw answer.error;
    return answer.result ?? {};
  }

  [Symbol.dispose](): void {
    this.#process.stdin.end();
  }
}

export const sdkCallers: readonly SdkCaller[] = [v3, v2, boto3];
