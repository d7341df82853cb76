import fc from "fast-check";
import { expect, it } from "vitest";
import { RoomTable } from "./room-table.ts";

it("RoomTable says the same as a plain list of pairs, whatever is done to it", () => {
  const step = fc.record({
    kind: fc.constantFrom("join", "leave", "leaveAll"),
    room: fc.constantFrom("a", "b", "c"),
    member: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const people = [{}, {}, {}, {}];
      const table = new RoomTable<object>();
      let pairs: { room: string; member: number }[] = [];
      for (const { kind, room, member } of steps) {
        const person = people[member] ?? {};
        const isPair = (one: { room: string; member: number }): boolean =>
          one.room === room && one.member === member;
        if (kind === "join") {
          table.join(room, person);
          if (!pairs.some(isPair)) pairs.push({ room, member });
        } else if (kind === "leave") {
          table.leave(room, person);
          pairs = pairs.filter((one) => !isPair(one));
        } else {
          table.leaveAll(person);
          pairs = pairs.filter((one) => one.member !== member);
        }
      }
      for (const room of ["a", "b", "c"]) {
        expect([...table.membersOf(room)]).toEqual(
          pairs.filter((one) => one.room === room).map(({ member }) => people[member]),
        );
      }
    }),
  );
});

it("RoomTable refuses names that are none, and more rooms than a member may be in", () => {
  const table = new RoomTable<object>();
  const member = {};
  for (const name of ["", "x".repeat(257)]) {
    expect(() => table.join(name, member)).toThrow(expect.objectContaining({ code: "ROOM_INVALID" }));
    expect(() => table.membersOf(name)).toThrow(expect.objectContaining({ code: "ROOM_INVALID" }));
  }
  for (let room = 0; room < 1000; room += 1) table.join(`room ${room}`, member);
  table.join("room 5", member);
  expect(() => table.join("one more", member)).toThrow("1000 rooms");
  table.leave("room 5", member);
  table.join("one more", member);
  expect([...table.membersOf("one more")]).toEqual([member]);
});
