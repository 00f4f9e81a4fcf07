// The page as a conversation: sends what is typed or pressed, shows what comes back, keeps the cards current.
// All HTML comes from our own server, escaped there; the person's own words are only ever set as text.

const log = document.getElementById("log");
const composer = document.getElementById("composer");
const input = document.getElementById("text");
const told = document.getElementById("told");
const trouble = document.getElementById("trouble");
const newer = document.getElementById("newer");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

let words = JSON.parse(document.body.dataset.words);

const word = (key, values = {}) =>
  Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), words[key]);

const elements = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.children];
};

/** Have a screen reader say it, without interrupting. */
const announce = (text) => {
  told.textContent = "";
  setTimeout(() => (told.textContent = text.slice(0, 600)), 50);
};

// --- where the reader is --------------------------------------------------------------------------

let unread = 0;

const atEnd = () => innerHeight + scrollY >= document.documentElement.scrollHeight - 96;

const toEnd = () => scrollTo(0, document.documentElement.scrollHeight);

const count = (fresh) => {
  unread = fresh;
  newer.hidden = unread === 0 || atEnd();
  const title = log.querySelector("[data-fresh] h2")?.textContent ?? "";
  newer.textContent = word("new_report", { title }) + (unread > 1 ? ` (+${unread - 1})` : "");
  document.title = document.hidden && unread ? `(${unread}) ${words.title}` : words.title;
};

newer.addEventListener("click", () => {
  const first = log.querySelector("[data-fresh]");
  count(0);
  if (first) first.scrollIntoView({ block: "start" });
  else toEnd();
});

const read = () => {
  if (document.hidden || !atEnd()) return;
  for (const card of log.querySelectorAll("[data-fresh]")) delete card.dataset.fresh;
  count(0);
};

addEventListener("scroll", read, { passive: true });
document.addEventListener("visibilitychange", read);

// --- saying things --------------------------------------------------------------------------------

const said = [];
let recalled = 0;

/** 128 random bits: the server knows by them that a second sending is the same thing. */
const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const post = (message) =>
  fetch("/say", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(20_000),
  });

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A lost connection is tried once more before the person is troubled with it. */
const sent = async (message) => {
  try {
    return await post(message);
  } catch {
    await pause(1_500);
    return post(message);
  }
};

const say = async (text, story) => {
  const bubble = document.createElement("p");
  bubble.className = "you";
  bubble.dir = "auto";
  bubble.textContent = text;
  log.append(bubble);
  toEnd();
  await deliver({ text, story: story ?? "", update: newId(), zone }, bubble);
};

const deliver = async (message, bubble) => {
  log.setAttribute("aria-busy", "true");
  try {
    const response = await sent(message);
    if (response.status === 401) location.reload();
    else if (response.headers.get("Content-Type")?.startsWith("application/json")) answered(await response.json(), bubble);
    else complain(bubble, await response.text());
  } catch {
    complain(bubble, words.failed, message);
  } finally {
    log.removeAttribute("aria-busy");
  }
};

const answered = (answer, bubble) => {
  if (answer.words) translate(answer.lang, answer.words);
  const parts = elements(answer.html);
  bubble.after(...parts);
  const last = parts.at(-1);
  if (last && last.offsetHeight > innerHeight * 0.7) bubble.scrollIntoView({ block: "start" });
  else toEnd();
  announce(parts.map((part) => part.innerText).join(" "));
};

const complain = (bubble, text, message) => {
  const line = document.createElement("p");
  line.className = "trouble";
  line.textContent = text;
  if (message) {
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = words.send;
    again.addEventListener("click", () => {
      line.remove();
      deliver(message, bubble);
    });
    line.append(" ", again);
  }
  bubble.after(line);
  toEnd();
  announce(text);
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (new URL(form.action).pathname !== "/say") return;
  event.preventDefault();
  if (form !== composer) {
    say(event.submitter.value, form.elements.namedItem("story")?.value);
    return;
  }
  const text = input.value.trim();
  if (!text) return;
  if (said.at(-1) !== text) said.push(text);
  recalled = said.length;
  input.value = "";
  say(text);
});

input.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Escape") {
    input.value = "";
    recalled = said.length;
  } else if (event.key === "ArrowUp" && recalled > 0) {
    event.preventDefault();
    input.value = said[--recalled];
  } else if (event.key === "ArrowDown" && recalled < said.length) {
    event.preventDefault();
    input.value = said[++recalled] ?? "";
  }
});

/** The page's own words in another language; the cards follow by themselves. */
const translate = (lang, others) => {
  words = others;
  document.documentElement.lang = lang;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
  for (const element of document.querySelectorAll("[data-word-placeholder]"))
    element.placeholder = words[element.dataset.wordPlaceholder];
  for (const element of document.querySelectorAll("[data-word-label]"))
    element.setAttribute("aria-label", words[element.dataset.wordLabel]);
  count(unread);
};

// --- cards ----------------------------------------------------------------------------------------

let token = document.body.dataset.token;
let caughtUp = [];
let wait = 1_000;
let lost;

const show = ({ id, title, html, live }) => {
  const [card] = elements(html);
  const old = document.getElementById(`card-${id}`);
  if (old) {
    if ("fresh" in old.dataset) card.dataset.fresh = "";
    const focused = old.contains(document.activeElement);
    old.replaceWith(card);
    if (focused) card.querySelector("a, button")?.focus({ preventScroll: true });
    if (live) announce(word("updated_report", { title }));
    return;
  }
  const follow = atEnd() && !document.hidden;
  log.append(card);
  if (follow) card.offsetHeight > innerHeight * 0.7 ? card.scrollIntoView({ block: "start" }) : toEnd();
  else {
    card.dataset.fresh = "";
    count(unread + 1);
  }
  if (live) announce(word("new_report", { title }));
  else caughtUp.push(title);
};

const tell = (text) => {
  trouble.hidden = !text;
  if (text === trouble.textContent) return;
  trouble.textContent = text;
  if (text) announce(text);
};

const connected = () => {
  clearTimeout(lost);
  lost = undefined;
  wait = 1_000;
};

const listen = () => {
  const stream = new EventSource(`/events?have=${encodeURIComponent(token)}`);

  const on = (name, act) =>
    stream.addEventListener(name, (event) => {
      if (event.lastEventId) token = event.lastEventId;
      act(JSON.parse(event.data));
    });

  on("card", show);
  on("cleared", () => {
    for (const card of log.querySelectorAll(":scope > .card")) card.remove();
    count(0);
  });
  on("away", () => {
    connected();
    tell(words.away);
  });
  on("back", () => {});
  on("ready", () => {
    connected();
    if (!trouble.hidden) announce(words.connected);
    tell("");
    if (caughtUp.length) announce(caughtUp.map((title) => word("new_report", { title })).join(" "));
    caughtUp = [];
  });

  stream.addEventListener("error", () => {
    lost ??= setTimeout(() => tell(words.connection_lost), 3_000);
    if (stream.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, wait);
    wait = Math.min(wait * 2, 30_000);
  });

  addEventListener("pagehide", () => stream.close(), { once: true });
};

addEventListener("pageshow", (event) => {
  if (event.persisted) listen();
});

listen();
toEnd();
