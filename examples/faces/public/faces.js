import { url } from "/_holdfast/config.js";
import { openConnection } from "./connection.js";

const list = document.querySelector("#faces");
const count = document.querySelector("#count");
const template = document.querySelector("#face");
const turned = { "-90": "turned left", 0: "upright", 90: "turned right" };

/** The faces on the page, by the key of their connection. */
const faces = new Map();

const connection = openConnection(url, {
  onOpen() {
    connection.send(JSON.stringify({ action: "connected" }));
    void readWorld();
  },
  onMessage(text) {
    const { key, action, direction } = JSON.parse(text);
    if (!faces.has(key)) void readWorld(); // somebody came, or left, and then the message names nobody
    else if (action === "rotate") {
      turnedMeanwhile.add(key);
      turn(key, direction);
    }
  },
});

for (const button of document.querySelectorAll("[data-direction]"))
  button.addEventListener("click", () => {
    const direction = Number(button.dataset.direction);
    connection.send(JSON.stringify({ action: "rotate", direction }));
  });

let isReading = false;
let isOutdated = false;
/** Faces that turned while the world was being read, and may stand otherwise in it. */
const turnedMeanwhile = new Set();

/** Asks who is here; once more, when that changes while it is being read. */
async function readWorld() {
  isOutdated = true;
  if (isReading) return;
  isReading = true;
  try {
    while (isOutdated) {
      isOutdated = false;
      turnedMeanwhile.clear();
      const response = await fetch("/connections");
      showWorld(await response.json());
    }
  } catch {
    // The connection is lost as well then, and once it is back the page asks again.
  } finally {
    isReading = false;
  }
}

function showWorld(world) {
  const known = new Set(world.map(({ key }) => key));
  for (const [key, face] of faces)
    if (!known.has(key)) {
      face.remove();
      faces.delete(key);
    }
  for (const { key, direction } of world) if (!turnedMeanwhile.has(key)) turn(key, direction);
  count.textContent = faces.size === 1 ? "Only you are here." : `${faces.size} are here.`;
}

function turn(key, direction) {
  const face = faces.get(key) ?? addFace(key);
  const image = face.querySelector("img");
  image.style.rotate = `${direction}deg`;
  image.alt = `A face, ${turned[direction]}`;
}

function addFace(key) {
  const face = template.content.firstElementChild.cloneNode(true);
  face.querySelector("img").style.filter = `hue-rotate(${hueOf(key)}deg)`;
  faces.set(key, face);
  list.append(face);
  return face;
}

/** The same in every tab. */
function hueOf(key) {
  return [...key].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 360, 0);
}
