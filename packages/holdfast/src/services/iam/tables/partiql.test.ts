import { expect, test } from "vitest";
import { readStatement } from "./partiql.ts";

test.each([
  [`SELECT * FROM "games" WHERE id = 'a'`, { action: "dynamodb:PartiQLSelect", table: "games" }],
  [
    `select a, b from games."by-player"`,
    { action: "dynamodb:PartiQLSelect", table: "games", index: "by-player" },
  ],
  [`SELECT "a FROM plain" FROM secret`, { action: "dynamodb:PartiQLSelect", table: "secret" }],
  [`SELECT 'it''s FROM plain' FROM "secret"`, { action: "dynamodb:PartiQLSelect", table: "secret" }],
  [`EXISTS(SELECT "x FROM plain" FROM secret)`, { action: "dynamodb:PartiQLSelect", table: "secret" }],
  [`INSERT INTO "games" VALUE {'id': 'a'}`, { action: "dynamodb:PartiQLInsert", table: "games" }],
  [`UPDATE games SET a = 'FROM plain' WHERE id = 'b'`, { action: "dynamodb:PartiQLUpdate", table: "games" }],
  [`DELETE FROM "games" WHERE id = 'a'`, { action: "dynamodb:PartiQLDelete", table: "games" }],
  [`SELECT "unfinished FROM plain`, { action: "dynamodb:PartiQLSelect" }],
  ["DROP TABLE games", { action: "dynamodb:PartiQLSelect" }],
])("%s is about %j", (statement, subject) => {
  expect(readStatement(statement)).toEqual(subject);
});

test("a statement without an end is read in time", () => {
  expect(readStatement(`SELECT ${"FROM ".repeat(1500)}'`)).toMatchObject({
    action: "dynamodb:PartiQLSelect",
  });
});
