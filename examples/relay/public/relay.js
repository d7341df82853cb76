import { url } from "/_holdfast/config.js";
import { openConnection } from "./connection.js";

const messages = document.querySelector("#messages");
const form = document.querySelector("#send");
const input = document.querySelector("#text");

const connection = openConnection(url, { onMessage: (text) => show(text, "received") });

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value;
  if (text === "" || !connection.send(text)) return; // what cannot be sent now stays
  show(text, "sent");
  input.value = "";
});

function show(text, direction) {
  const item = document.createElement("li");
  item.className = direction;
  item.textContent = text;
  messages.append(item);
  item.scrollIntoView({ block: "end" });
}
