// What pages need beyond htmx: keys, forms that send themselves, and errors in words.
"use strict";
(() => {
  const typing = (element) => element.closest("input, select, textarea, [contenteditable]") !== null;
  let waiting = "";

  document.documentElement.classList.add("scripted");

  // g + letter leads to a page, / searches, ? shows the keys; [data-press] presses a button by its letter.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target) && !event.target.closest("dialog")) { event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key;
    if (waiting === "g") {
      waiting = "";
      const link = document.querySelector(`nav a[data-key="${CSS.escape(key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (key === "g") { waiting = "g"; setTimeout(() => { waiting = ""; }, 1500); return; }
    if (key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); }
      return;
    }
    if (key === "?") { document.getElementById("keys").showModal(); return; }
    if (document.querySelector("dialog[open]")) return;
    const pressed = document.querySelector(`[data-press="${CSS.escape(key)}"]`);
    if (!pressed) return;
    event.preventDefault();
    if (pressed.matches("input, select, textarea")) pressed.focus(); else pressed.click();
  });

  // [data-opens] opens the dialog of that name, [data-closes] closes its own.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog").close();
  });

  // The first place to be looked at is brought into its pane's view.
  const look = () => {
    const place = document.querySelector("[data-look]");
    const pane = place && place.closest(".original-pane");
    if (!pane) return;
    const middle = place.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
    pane.scrollTop += middle;
  };
  document.addEventListener("DOMContentLoaded", look);
  document.addEventListener("htmx:afterSettle", look);

  // What scrolls sideways can be reached by Tab, so that it scrolls by the arrow keys.
  const reach = () => {
    for (const box of document.querySelectorAll(".scroll")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; else box.removeAttribute("tabindex");
    }
  };
  document.addEventListener("DOMContentLoaded", reach);
  document.addEventListener("htmx:afterSettle", reach);
  window.addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);

  // A choice that is a form of its own is sent when it is made.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  // What would be hard to take back is asked about once more.
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm || (event.submitter && event.submitter.dataset.confirm);
    if (question && !window.confirm(question)) event.preventDefault();
  });

  const say = (words) => {
    const line = document.createElement("p");
    line.className = "flash bad";
    line.textContent = words;
    document.getElementById("flash").replaceChildren(line);
  };
  document.addEventListener("htmx:responseError", (event) => {
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const words = page.querySelector(".error-words");
    say(words ? words.textContent : "没有办成，请刷新页面后重试。");
  });
  document.addEventListener("htmx:sendError", () => say("连接不上程序，请检查网络或稍后再试。"));
})();
