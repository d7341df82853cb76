import { once } from "node:events";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { readTar } from "./tar-reader.ts";
import { TarWriter, type TarEntry } from "./tar-writer.ts";

const modifiedMs = Date.UTC(2026, 0, 31);

const entry = (name: string, sizeBytes: number): TarEntry => ({ name, sizeBytes, mode: 0o640, modifiedMs });

async function write(files: readonly (readonly [string, Buffer])[]): Promise<Buffer> {
  const output = new PassThrough();
  const written = buffer(output);
  const tar = new TarWriter(output);
  for (const [name, bytes] of files) await tar.add(entry(name, bytes.length), [bytes]);
  await tar.end();
  return written;
}

/** In pieces that fit no block. */
async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 333) yield bytes.subarray(at, at + 333);
}

async function read(archive: Buffer): Promise<(TarEntry & { readonly text: string })[]> {
  const found: (TarEntry & { readonly text: string })[] = [];
  await readTar(inPieces(archive), async (one, content) => {
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk);
    found.push({ ...one, text: Buffer.concat(chunks).toString() });
  });
  return found;
}

describe("a tar archive", () => {
  it("is read as it was written, whatever names and sizes", async () => {
    const long = `buckets/${"a".repeat(64)}/${"b".repeat(64)}/${"c".repeat(200)}`;
    const files = ["", "x", "y".repeat(511), "z".repeat(512), "w".repeat(70_000)].map(
      (text, at) => [`file-${at}`, Buffer.from(text)] as const,
    );
    const archive = await write([...files, [long, Buffer.from("long")], ["grün/☂", Buffer.from("é")]]);
    expect(archive.length % 512).toBe(0);
    const found = await read(archive);
    expect(found.map(({ name, text }) => [name, text])).toEqual([
      ...files.map(([name, bytes]) => [name, bytes.toString()]),
      [long, "long"],
      ["grün/☂", "é"],
    ]);
    expect(found[1]).toMatchObject({ mode: 0o640, modifiedMs, sizeBytes: 1 });
  });

  it("is not written of a file that changed its size meanwhile", async () => {
    const tar = new TarWriter(new PassThrough().resume());
    await expect(tar.add(entry("a", 5), [Buffer.from("1234")])).rejects.toThrow("changed");
    await expect(tar.add(entry("a", 3), [Buffer.from("1234")])).rejects.toThrow("changed");
  });

  it("is given up when its output ends", async () => {
    const output = new PassThrough();
    const failed = once(output, "close").catch(() => {});
    output.destroy(new Error("The disk is full"));
    await failed;
    await expect(new TarWriter(output).add(entry("a", 1), [Buffer.from("1")])).rejects.toThrow("full");
  });

  it("is refused when it is none, or damaged, or cut short", async () => {
    const archive = await write([["a", Buffer.from("text")]]);
    const damaged = Buffer.from(archive);
    damaged.write("b", 0);
    const folder = Buffer.from(archive);
    folder.write("5", 156);
    const wrong = [Buffer.from("no tar"), Buffer.alloc(0), Buffer.alloc(512, "x"), damaged, folder];
    for (const bytes of [...wrong, archive.subarray(0, 700), archive.subarray(0, 1024)])
      await expect(read(bytes)).rejects.toMatchObject({ code: "BACKUP_INVALID" });
  });
});
