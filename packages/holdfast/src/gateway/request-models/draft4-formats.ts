import { isIPv4, isIPv6 } from "node:net";

/** The formats that JSON schema's draft 4 names; any other is let pass, as the draft has it. */
export const draft4Formats: Readonly<Record<string, (text: string) => boolean>> = {
  "date-time": isDateTime,
  email: (text) => text.length <= 320 && /^[^\s@"]+@[^\s@"]+$/.test(text),
  hostname: (text) => text.length <= 253 && text.split(".").every((label) => hostLabel.test(label)),
  ipv4: (text) => isIPv4(text),
  ipv6: (text) => isIPv6(text),
  uri: (text) => /^[A-Za-z][A-Za-z\d+.-]*:[^\s<>"{}|\\^`]*$/.test(text),
};

const hostLabel = /^(?!-)[A-Za-z\d-]{1,63}(?<!-)$/;

/** RFC 3339. */
function isDateTime(text: string): boolean {
  const found = /^(\d{4}-\d\d-\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):(\d\d))$/.exec(text);
  if (found === null) return false;
  const [, day = "", hour, minute, second, offsetHour = 0, offsetMinute = 0] = found;
  const date = new Date(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
  const inRange = Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60;
  return isDay && inRange && Number(offsetHour) < 24 && Number(offsetMinute) < 60;
}
