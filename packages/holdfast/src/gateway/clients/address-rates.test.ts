import { describe, expect, it } from "vitest";
import { AddressRates } from "./address-rates.ts";

describe("a rate per address", () => {
  it("lets each have its burst and then its rate", () => {
    const rates = new AddressRates(2);
    const take = (address: string, nowMs: number) => rates.take(address, nowMs);
    expect([take("a", 0), take("a", 0), take("a", 0), take("b", 0)]).toEqual([true, true, false, true]);
    expect([take("a", 500), take("a", 500)]).toEqual([true, false]);
  });

  it("counts an IPv6 network as one", () => {
    const rates = new AddressRates(1);
    expect([
      rates.take("2001:db8::1", 0),
      rates.take("2001:db8::2", 0),
      rates.take("2001:db8:0:1::1", 0),
    ]).toEqual([true, false, true]);
  });

  it("gives less than one a second, too", () => {
    const rates = new AddressRates(0.5);
    expect([rates.take("a", 0), rates.take("a", 1500), rates.take("a", 4000)]).toEqual([true, false, true]);
  });

  it("forgets who has not come for long, and never keeps more than so many", () => {
    const rates = new AddressRates(1, 10);
    for (let count = 0; count < 100; count++) rates.take(`10.0.0.${count}`, 0);
    expect(rates.size).toBe(10);
    expect(rates.take("10.0.0.99", 0)).toBe(false);
    rates.take("10.0.1.1", 1000);
    expect(rates.size).toBe(1);
  });

  it("counts nothing where there is no limit", () => {
    const rates = new AddressRates(Number.POSITIVE_INFINITY);
    expect(rates.take("a", 0)).toBe(true);
    expect(rates.size).toBe(0);
  });
});
