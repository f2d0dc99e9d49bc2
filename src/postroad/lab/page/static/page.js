// Keeps the page up to date: asks for it again while it is in view, and replaces only what changed.
// Opened journeys stay open, and the keyboard focus stays where it is.
"use strict";

const EVERY = 1000; // ms between questions; an unchanged page is answered by 304 without a body
const AT_MOST = 8000; // ms between questions while the lab does not answer

const $ = (id) => document.getElementById(id);
const live = $("live");
const served = new Map(); // journey's id -> its markup as the server sent it
let etag = "";
let failures = 0;
let timer = 0;
let asking = false;

function running() {
  return live.getAttribute("aria-pressed") === "true" && !document.hidden;
}

function plan() {
  clearTimeout(timer);
  if (running()) timer = setTimeout(ask, Math.min(EVERY * 2 ** failures, AT_MOST));
}

async function ask() {
  if (asking) return;
  asking = true;
  try {
    const headers = etag ? { "If-None-Match": etag } : {};
    const answer = await fetch(location.pathname + location.search, { headers, cache: "no-store" });
    if (answer.status === 200) {
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      etag = answer.headers.get("ETag") ?? "";
    } else if (answer.status !== 304) {
      throw new Error(`status ${answer.status}`);
    }
    failures = 0;
  } catch {
    failures += 1;
  } finally {
    asking = false;
    $("lost").hidden = failures < 2;
    document.body.classList.toggle("stale", failures >= 2);
    plan();
  }
}

function show(fresh) {
  const map = fresh.getElementById("map");
  if (map && map.innerHTML !== $("map").innerHTML) $("map").replaceChildren(...map.childNodes);
  showStories(fresh.getElementById("stories"));
}

function showStories(fresh) {
  const list = $("list");
  const freshList = fresh.querySelector("#list");
  const open = new Set([...document.querySelectorAll("details[open]")].map((one) => one.id));
  const focus = focusPath();
  const known = new Set(served.keys());
  if (!list || !freshList) {
    $("stories").replaceChildren(...fresh.childNodes);
    remember($("stories"));
  } else {
    for (const old of [...list.children]) {
      const id = old.firstElementChild.id;
      if (!freshList.querySelector(`#${CSS.escape(id)}`) && !open.has(id)) old.remove();
    }
    merge(list, freshList, open);
    const around = (root) => [...root.children].filter((one) => one.id !== "list");
    around($("stories")).forEach((one) => one.remove());
    for (const one of around(fresh)) {
      if (one.compareDocumentPosition(freshList) & Node.DOCUMENT_POSITION_FOLLOWING) list.before(one);
      else $("stories").append(one);
    }
  }
  restoreFocus(focus);
  announce([...served.keys()].filter((id) => !known.has(id)).length);
}

// Walks the fresh list in order; what is unchanged is not touched, not even moved.
function merge(list, fresh, open) {
  let place = list.firstElementChild;
  for (const item of [...fresh.children]) {
    const journey = item.firstElementChild;
    const markup = journey.outerHTML;
    const old = document.getElementById(journey.id);
    if (old && served.get(journey.id) === markup) {
      if (old.parentElement === place) place = place.nextElementSibling;
      else list.insertBefore(old.parentElement, place);
      continue;
    }
    served.set(journey.id, markup);
    journey.open = journey.open || open.has(journey.id);
    if (old) {
      if (old.parentElement === place) place = place.nextElementSibling;
      old.parentElement.replaceWith(item);
    } else {
      item.classList.add("new");
      list.insertBefore(item, place);
    }
  }
}

function focusPath() {
  const journey = document.activeElement?.closest?.("details");
  if (!journey) return null;
  const places = [...journey.querySelectorAll("summary, a")];
  return { id: journey.id, index: places.indexOf(document.activeElement) };
}

function restoreFocus(focus) {
  if (!focus || document.activeElement !== document.body) return;
  const journey = $(focus.id);
  const places = journey ? [...journey.querySelectorAll("summary, a")] : [];
  (places[focus.index] ?? places[0])?.focus({ preventScroll: true });
}

function announce(count) {
  const news = $("news");
  if (count > 0) news.textContent = news.dataset.news.replace("{count}", count);
}

function remember(root) {
  for (const journey of root.querySelectorAll("details")) served.set(journey.id, journey.outerHTML);
}

function openTarget() {
  const target = location.hash.startsWith("#j-") && $(location.hash.slice(1));
  if (!target) return;
  target.open = true;
  target.querySelector("summary").focus();
  target.scrollIntoView({ block: "nearest" });
}

async function copy(button) {
  const code = button.closest("li").querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    // Without a secure context the clipboard is reached through the selection only.
    getSelection().selectAllChildren(code);
    if (!document.execCommand("copy")) return;
    getSelection().removeAllRanges();
  }
  const label = button.textContent;
  button.textContent = document.body.dataset.copied;
  button.disabled = true;
  setTimeout(() => {
    button.textContent = label;
    button.disabled = false;
    button.focus();
  }, 1200);
}

remember(document);
live.hidden = false;
live.addEventListener("click", () => {
  live.setAttribute("aria-pressed", String(live.getAttribute("aria-pressed") !== "true"));
  failures = 0;
  if (running()) ask();
});
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
document.addEventListener("visibilitychange", () => (running() ? ask() : clearTimeout(timer)));
addEventListener("hashchange", openTarget);
openTarget();
plan();
