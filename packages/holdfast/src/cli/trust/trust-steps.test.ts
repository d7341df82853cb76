import { expect, it } from "vitest";
import { listTrustSteps } from "./trust-steps.ts";

it("names a way for each kind of system, and how to go back where it lasts", () => {
  const steps = listTrustSteps("/apps/chat/.holdfast/tls/ca.pem", "Holdfast local authority 1");
  expect(new Set(steps.map(({ system }) => system))).toEqual(new Set(["linux", "macos", "windows", "all"]));
  const lasting = steps.filter(({ system, commands }) => system !== "all" && commands.length > 0);
  expect(lasting.filter(({ undo }) => undo === undefined)).toEqual([]);
});

it("quotes paths for the shell", () => {
  const [first] = listTrustSteps("/it's mine/ca.pem", "x");
  expect(first?.commands[0]).toContain(String.raw`sudo cp '/it'\''s mine/ca.pem' /usr/local`);
});
