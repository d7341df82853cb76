/**
 * Percent-encodes all but `A-Z a-z 0-9 - . _ ~`, with upper-case digits (AWS, documented). A text from the wire holds
 * one byte a character; other characters count as their UTF-8 bytes.
 */
export function encodeUri(text: string): string {
  if (isPlain(text)) return text;
  let encoded = "";
  for (const byte of bytesOf(text)) encoded += encodings[byte] ?? "";
  return encoded;
}

/**
 * The same encoding for a text that is encoded already, in whatever way: valid `%41` are decoded first, a lone `%` is
 * itself, and `+` is a space. What AWS makes of a raw `+` is not known; `%20` is what clients sign that send one.
 */
export function reencodeUri(text: string): string {
  if (isPlain(text)) return text;
  const bytes = bytesOf(text);
  let encoded = "";
  for (let at = 0; at < bytes.length; at += 1) {
    let byte = bytes[at] ?? 0;
    if (byte === plus) byte = space;
    else if (byte === percent) {
      const decoded = hexValue(bytes[at + 1]) * 16 + hexValue(bytes[at + 2]);
      if (!Number.isNaN(decoded)) {
        byte = decoded;
        at += 2;
      }
    }
    encoded += encodings[byte] ?? "";
  }
  return encoded;
}

/** Undoes `encodeUri`; undefined when the bytes are no UTF-8. */
export function decodeUri(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

const plus = 0x2b;
const percent = 0x25;
const space = 0x20;

const plainText = /^[\w.~-]*$/;

function isPlain(text: string): boolean {
  return plainText.test(text);
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, isBinary(text) ? "latin1" : "utf8");
}

function isBinary(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0xff) return false;
  return true;
}

const encodings: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return byte < 0x80 && isPlain(character)
    ? character
    : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
});

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return Number.NaN;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : Number.NaN;
}
