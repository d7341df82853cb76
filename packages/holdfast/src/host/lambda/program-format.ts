/** A kind of machine, in Node.js's words. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
}

/** The machines of ELF headers that Lambda or a laptop has. */
const elfArchs: Readonly<Record<number, string>> = { 0x03: "ia32", 0x28: "arm", 0x3e: "x64", 0xb7: "arm64" };
const elfMachineOffset = 18;

/** Why the program that begins so does not run on this machine; undefined when it seems to. */
export function describeMismatch(start: Buffer, machine: Machine): string | undefined {
  const here = `this machine is ${machine.platform} on ${machine.arch}`;
  if (start.length === 0) return "it is empty";
  if (start.toString("latin1", 0, 2) === "#!") return undefined;
  const isElf = start.toString("latin1", 0, 4) === "\x7fELF" && start.length > elfMachineOffset + 1;
  if (isElf) {
    const arch = elfArchs[start.readUInt16LE(elfMachineOffset)] ?? "another processor";
    if (machine.platform !== "linux") return `it was built for Linux on ${arch}, and ${here}`;
    return arch === machine.arch ? undefined : `it was built for ${arch}, and ${here}`;
  }
  if (isMachO(start))
    return machine.platform === "darwin" ? undefined : `it was built for macOS, and ${here}`;
  if (start.toString("latin1", 0, 2) === "MZ")
    return machine.platform === "win32" ? undefined : `it was built for Windows, and ${here}`;
  return "it is neither a program nor a script (a script begins with #!, as in #!/bin/sh)";
}

/** Of 32 and 64 bits, and of several processors at once. */
function isMachO(start: Buffer): boolean {
  if (start.length < 4) return false;
  return [0xfeedface, 0xfeedfacf, 0xcafebabe].some(
    (magic) => start.readUInt32LE(0) === magic || start.readUInt32BE(0) === magic,
  );
}
