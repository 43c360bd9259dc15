// Saves while somebody writes. Everything works without it: the buttons do the same.
"use strict";
(() => {
  // The help stands beside the text where there is room; below it, it would be in the way.
  const help = document.getElementById("how-to-write");
  if (help && window.matchMedia && matchMedia("(min-width: 64.01rem)").matches) help.open = true;
})();
(() => {
  const form = document.getElementById("write");
  const said = document.getElementById("saved");
  if (!form || !said || !window.fetch) return;
  const PAUSE = 4000; // milliseconds of rest before a save
  const RETRY = 20000;
  let timer = 0, saving = false, changed = false, leaving = false;

  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };

  async function save() {
    if (saving || leaving || !changed) return;
    saving = true;
    changed = false;
    const data = new FormData(form);
    for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
    let wait = 0;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: data, credentials: "same-origin", redirect: "error" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const line = page.getElementById("autosaved");
      if (leaving) return;
      if (answer.status === 401) said.textContent = form.dataset.signedOut;
      else if (line) {
        said.textContent = line.textContent;
        if (line.dataset.base) form.elements.base.value = line.dataset.base;
        if (line.dataset.action) {
          form.action = line.dataset.action;
          form.dataset.autosave = line.dataset.action + "/autosave";
          // Loading the page again must come back to this draft and not begin another one.
          if (location.pathname !== line.dataset.action) history.replaceState(null, "", line.dataset.action);
        }
        if (answer.ok && document.getElementById("preview")) await refresh();
      } else { said.textContent = form.dataset.failed; wait = RETRY; }
    } catch { said.textContent = form.dataset.failed; wait = RETRY; }
    saving = false;
    if (wait) changed = true;
    if (changed && !leaving) later(wait || PAUSE);
  }

  // Where a preview is open, it follows the text.
  async function refresh() {
    const answer = await fetch(form.dataset.autosave.replace(/\/autosave$/, "/preview"), { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("preview");
    const old = document.getElementById("preview");
    if (fresh && old) old.replaceWith(fresh);
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    changed = true;
    later(PAUSE);
  });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); });
  // The browser's "back" brings a page to life again as it was left.
  window.addEventListener("pageshow", () => { leaving = false; });
})();
