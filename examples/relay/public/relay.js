import { url } from "/_holdfast/config.js";

const status = document.querySelector("#status");
const messages = document.querySelector("#messages");
const form = document.querySelector("#send");
const input = document.querySelector("#text");
const button = form.querySelector("button");

let socket;
let retryMs = 250;

connect();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value;
  if (text === "" || socket.readyState !== WebSocket.OPEN) return;
  socket.send(text);
  show(text, "sent");
  input.value = "";
});

function connect() {
  setState("connecting", "connecting …");
  socket = new WebSocket(url);
  socket.addEventListener("open", () => {
    retryMs = 250;
    setState("open", `connected to ${url}`);
  });
  socket.addEventListener("message", ({ data }) => show(data, "received"));
  socket.addEventListener("close", ({ code, reason }) => {
    setState("closed", `disconnected (${code}${reason ? ` ${reason}` : ""}), trying again …`);
    setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, 5000);
  });
}

function setState(state, text) {
  status.dataset.state = state;
  status.textContent = text;
  button.disabled = state !== "open";
}

function show(text, direction) {
  const item = document.createElement("li");
  item.className = direction;
  item.textContent = text;
  messages.append(item);
  item.scrollIntoView({ block: "end" });
}
