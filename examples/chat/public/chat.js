import { url } from "/_holdfast/config.js"; // ws://localhost:9090/chat/{username}
import { openConnection } from "./connection.js";

const join = document.querySelector("#join");
const name = document.querySelector("#name");
const age = document.querySelector("#age");
const disconnect = document.querySelector("#disconnect");
const messages = document.querySelector("#messages");
const send = document.querySelector("#send");
const text = document.querySelector("#text");

let connection;

join.addEventListener("submit", (event) => {
  event.preventDefault();
  const own = name.value;
  setJoined(true);
  connection = openConnection(urlFor(own, age.value), {
    onOpen: () => text.focus(),
    onMessage: (message) => show(message, own),
    onEnd() {
      setJoined(false);
      name.focus();
    },
  });
});

disconnect.addEventListener("click", () => connection.close());

send.addEventListener("submit", (event) => {
  event.preventDefault();
  if (text.value !== "" && connection.send(text.value)) text.value = "";
});

function urlFor(username, years) {
  const base = url.replace("{username}", encodeURIComponent(username));
  return years === "" ? base : `${base}?${new URLSearchParams({ age: years })}`;
}

function setJoined(isJoined) {
  for (const field of join.elements) field.disabled = isJoined;
  for (const field of send.elements) field.disabled = !isJoined;
  disconnect.disabled = !isJoined;
}

function show(message, own) {
  const item = document.createElement("li");
  item.className = kindOf(message, own);
  item.textContent = message;
  messages.append(item);
  item.scrollIntoView({ block: "end" });
}

/** Only the text tells: who said it stands before the colon, and the chat's own notices have none. */
function kindOf(message, own) {
  if (message.startsWith(`${own}: `)) return "sent";
  return message.includes(": ") ? "received" : "notice";
}
