/**
 * Makes control characters visible, line breaks and tabs apart. What others send could otherwise move the
 * cursor, change the title or redefine keys; marks that turn the direction of writing could hide text.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same for text that may be in colour: sequences that set colours and weight stay as they are. */
export function escapeControlsButColours(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- they are what is looked for
      .split(/(\u001b\[[\d;]*m)/)
      .map((part, index) => (index % 2 === 1 ? part : escapeControls(part)))
      .join("")
  );
}
