import { url } from "/_holdfast/config.js";
import { openConnection } from "./connection.js";
import { markAt, outcome, tiles, turn } from "./rules.js";

const board = document.querySelector("#board");
const news = document.querySelector("#news");
const invitation = document.querySelector("#invitation");
const link = document.querySelector("#link");
const code = document.querySelector("#code");
const form = document.querySelector("#join");
const idField = document.querySelector("#id");

/** The game on the board. `isOn` while both play it. */
let game = { id: "", mark: "x", moves: [], isOn: false };
let invited = new URLSearchParams(location.search).get("game");

const buttons = tiles.map((tile) => {
  const button = document.createElement("button");
  button.addEventListener("click", () => isFree(tile) && play(tile));
  board.append(button);
  return { tile, button };
});
show();

const connection = openConnection(url, {
  onOpen() {
    if (invited) join(invited);
    else if (game.id && !outcome(game.moves)) stop("The connection was lost, and the game with it.");
    invited = null;
  },
  onMessage: (text) => receive(JSON.parse(text)),
});

document
  .querySelector("#new")
  .addEventListener("click", () => connection.send(JSON.stringify({ type: "start" })));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  join(idField.value.trim());
});

function join(id) {
  connection.send(JSON.stringify({ type: "join", id }));
}

function receive({ type, id, tile, message }) {
  if (type === "init") {
    game = { id, mark: "x", moves: [], isOn: false };
    const address = new URL(location.pathname, location.href);
    address.searchParams.set("game", id);
    link.href = address.href;
    code.textContent = id;
    show("Waiting for opponent to connect");
  } else if (type === "join") {
    const mark = id === game.id ? "x" : "o";
    game = { id, mark, moves: [], isOn: true };
    show();
    board.querySelector("button").focus();
  } else if (type === "play" && id === game.id) {
    game.moves.push(tile);
    show(`The other player took ${nameOf(tile)}. ${describe()}`);
  } else if (type === "leave" && id === game.id) stop("The other player has left the game.");
  else if (type === "error") show(`${message}.`);
  else if (message === "Internal server error") show("There is no such game.");
}

function play(tile) {
  if (!connection.send(JSON.stringify({ type: "play", tile, id: game.id }))) return;
  game.moves.push(tile);
  show();
}

function stop(why) {
  game = { ...game, id: "", isOn: false };
  show(why);
}

function isFree(tile) {
  return game.isOn && turn(game.moves) === game.mark && !game.moves.includes(tile);
}

/** The page as the game has it. */
function show(text = describe()) {
  if (outcome(game.moves)) game.isOn = false;
  for (const { tile, button } of buttons) {
    const mark = markAt(game.moves, tile);
    button.textContent = { x: "×", o: "○" }[mark] ?? "";
    button.dataset.mark = mark ?? "";
    button.ariaLabel = `${nameOf(tile)}: ${mark ?? "free"}`;
    button.ariaDisabled = String(!isFree(tile)); // not `disabled`, which would take the focus away
  }
  news.textContent = text;
  form.hidden = game.isOn || (game.id !== "" && game.moves.length === 0);
  invitation.hidden = game.isOn || game.id === "" || game.moves.length > 0;
}

function nameOf(tile) {
  const [row, column] = tile.split(",");
  return `row ${Number(row) + 1}, column ${Number(column) + 1}`;
}

function describe() {
  const result = outcome(game.moves);
  if (result === "draw") return "It is a draw.";
  if (result) return result === game.mark ? "You win!" : "You lose.";
  if (!game.isOn) return "Make a game, or join one.";
  return turn(game.moves) === game.mark ? `Your turn: you are ${game.mark}.` : "Waiting for opponent to play";
}
