/* Small comforts of the staff pages. Every page works without this file. */
"use strict";

// A menu closes when its owner presses Escape or goes elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.person[open]")) {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.person[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
});

// A form that cannot be undone asks once more; one that was sent cannot be sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form.dataset.ask;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("hx-post")) form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A list that sends itself when a choice changes shows no button for it.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-send-on-change]");
  if (form) form.requestSubmit();
});
document.documentElement.classList.add("with-script");

// An open page leaves its contents when the session is over. Only hands on it count as being there.
let busy = false;
for (const sign of ["keydown", "pointerdown", "scroll"]) {
  document.addEventListener(sign, () => { busy = true; }, { passive: true });
}
if (document.body.dataset.signedIn) {
  window.setInterval(async () => {
    const headers = { "HX-Request": "true" };
    if (!busy) headers["X-Page-Poll"] = "1";
    busy = false;
    try {
      const answer = await fetch("/still-here", { headers, cache: "no-store" });
      if (answer.status === 401) window.location.assign("/sign-in");
    } catch {
      // The network is away for a moment; the page stays as it is.
    }
  }, 60000);
}

// After an error, the first wrong field is where the hands already are.
window.addEventListener("DOMContentLoaded", () => {
  const wrong = document.querySelector("[aria-invalid=true]");
  if (wrong) wrong.focus();
});
