import { expect, test } from "vitest";
import { readLambdaLogLine } from "./lambda-log-line.ts";

const time = "2026-11-21T19:29:48.173Z";
const id = "cf62fa85-02db-4a86-94b3-787695ac14ba";

test.each([
  [`${time}\t${id}\tINFO\tgot\tit`, "info", "got\tit"],
  [`${time}\tundefined\tWARN\ttwo\nlines`, "warn", "two\nlines"],
  [`[WARNING]\t${time}\t${id}\tcareful`, "warn", "careful"],
  [`[CRITICAL]\t${time}\t${id}\tno`, "error", "no"],
])("%j is at level %s and says %j", (text, level, message) => {
  expect(readLambdaLogLine(text)).toEqual({ level, message, isFailureReport: false });
});

test.each([
  `${time}\t${id}\tERROR\tInvoke Error \t{"errorType":"TypeError"}`,
  `${time}\tundefined\tERROR\tUncaught Exception \t{"errorType":"Runtime.UserCodeSyntaxError"}`,
  "[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n  File \"app.py\", line 3, in f",
])("%j reports a failure", (text) => {
  expect(readLambdaLogLine(text)).toMatchObject({ level: "error", isFailureReport: true });
});

test.each(["plain", `${time} INFO x`, "[ERROR] mine", "REPORT RequestId: x\tDuration: 1 ms"])(
  "%j is a function's own",
  (text) => expect(readLambdaLogLine(text)).toBeUndefined(),
);
