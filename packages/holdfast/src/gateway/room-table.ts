import { HoldfastError } from "../base/errors.ts";

const maximumNameCharacters = 256;
const maximumRoomsPerMember = 1000;

/** Who is in which room. An empty room is no room. */
export class RoomTable<Member extends object> {
  readonly #members = new Map<string, Set<Member>>();
  readonly #rooms = new Map<Member, Set<string>>();

  /** How many rooms there are. */
  get size(): number {
    return this.#members.size;
  }

  /** Throws `ROOM_INVALID`. */
  join(room: string, member: Member): void {
    checkName(room);
    const rooms = entryOf(this.#rooms, member);
    if (rooms.size >= maximumRoomsPerMember && !rooms.has(room)) {
      throw new HoldfastError(
        "ROOM_INVALID",
        `A connection can be in ${maximumRoomsPerMember} rooms at a time`,
      );
    }
    rooms.add(room);
    entryOf(this.#members, room).add(member);
  }

  /** Throws `ROOM_INVALID`. */
  leave(room: string, member: Member): void {
    checkName(room);
    removeFrom(this.#rooms, member, room);
    removeFrom(this.#members, room, member);
  }

  leaveAll(member: Member): void {
    for (const room of this.#rooms.get(member) ?? []) removeFrom(this.#members, room, member);
    this.#rooms.delete(member);
  }

  /** In the order they joined. Throws `ROOM_INVALID`. */
  membersOf(room: string): Iterable<Member> {
    checkName(room);
    return this.#members.get(room) ?? [];
  }
}

function checkName(room: string): void {
  if (room !== "" && room.length <= maximumNameCharacters) return;
  throw new HoldfastError("ROOM_INVALID", `"${room.slice(0, 40)}" is no name for a room`);
}

function entryOf<Key, Value>(map: Map<Key, Set<Value>>, key: Key): Set<Value> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Set<Value>();
  map.set(key, made);
  return made;
}

function removeFrom<Key, Value>(map: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values?.delete(value) === true && values.size === 0) map.delete(key);
}
