const status = document.querySelector("#status");

const firstPauseMs = 250;
const longestPauseMs = 10_000;

/**
 * A page's connection. It says in the element `#status` how it is, and when it is lost comes back by itself, with
 * growing pauses.
 *
 * @param {string} url
 * @param {object} [handlers]
 * @param {() => void} [handlers.onOpen] whenever there is a connection: the first one, and each that takes its place
 * @param {(text: string) => void} [handlers.onMessage]
 * @param {() => void} [handlers.onEnd] when it was closed on purpose, by either side, and does not come back
 */
export function openConnection(url, { onOpen, onMessage, onEnd } = {}) {
  let socket;
  let isWanted = true;
  let pauseMs = firstPauseMs;
  let retry;

  say("connecting", "connecting …");
  connect();

  function connect() {
    socket = new WebSocket(url);
    socket.addEventListener("open", () => {
      pauseMs = firstPauseMs;
      say("open", `connected to ${url}`);
      onOpen?.();
    });
    socket.addEventListener("message", ({ data }) => onMessage?.(data));
    socket.addEventListener("close", ({ code, reason }) => {
      if (isWanted && !isOnPurpose(code)) comeBack(reason);
      else end(reason && `${reason} (${code})`);
    });
  }

  function comeBack(reason) {
    say("lost", `connection lost${reason && `: ${reason}`}, trying again …`);
    // Not all pages at once, when it was the server that went.
    retry = setTimeout(connect, pauseMs * (0.5 + Math.random() / 2));
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }

  function end(why) {
    say("closed", `disconnected${why && `: ${why}`}`);
    onEnd?.();
  }

  return {
    /** Whether it could be sent. */
    send(text) {
      if (socket.readyState !== WebSocket.OPEN) return false;
      socket.send(text);
      return true;
    },
    close() {
      isWanted = false;
      clearTimeout(retry);
      if (socket.readyState === WebSocket.CLOSED) end("");
      else socket.close(1000);
    },
  };
}

/** Codes with which a server says goodbye. Any other end is a fault, a restart or a time limit. */
function isOnPurpose(code) {
  return code === 1000 || code === 1003 || code === 1008 || code >= 3000;
}

/** A screen reader says each change once, so the same is not written again. */
function say(state, text) {
  status.dataset.state = state;
  if (status.textContent !== text) status.textContent = text;
}
