import { url } from "/_holdfast/config.js";
import { openConnection } from "./connection.js";

const messages = document.querySelector("#messages");
const input = document.querySelector("#text");

const connection = openConnection(url, { onMessage: (text) => show(readMessage(text)) });

document.querySelector("#announce").addEventListener("submit", (event) => {
  event.preventDefault();
  const message = input.value;
  // It is shown when it comes back, as it does to everybody.
  if (message !== "" && connection.send(JSON.stringify({ action: "broadcast", message }))) input.value = "";
});

/** What was announced; what was published from outside may be anything, and is shown as it is. */
function readMessage(text) {
  try {
    const { message } = JSON.parse(text);
    return typeof message === "string" ? message : text;
  } catch {
    return text;
  }
}

function show(text) {
  const item = document.createElement("li");
  item.className = "received";
  item.textContent = text;
  messages.append(item);
  item.scrollIntoView({ block: "end" });
}
