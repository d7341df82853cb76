/** Text as it stands in an XML element. What XML cannot hold at all (most control characters) becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(unspeakable, "\uFFFD")
    .replaceAll(/[&<>"'\r]/g, (character) => entities[character] ?? character);
}

// oxlint-disable-next-line no-control-regex -- These are what it looks for.
const unspeakable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // A reader of XML would make a line feed of it.
  "\r": "&#xD;",
};
