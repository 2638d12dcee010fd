// Nothing typed is lost to an error, a timeout or a lost connection: forms with data-draft="key"
// keep their text on this device until a page with data-draft-done="key" says it arrived.
// Kept by one person, it is not shown to the next on the same device; somebody who signs in half way
// finds what they began. Never kept: passwords, files, hidden values, and anything inside or marked data-private.
(() => {
  "use strict";
  const words = document.currentScript.dataset; // restored, clear
  const PREFIX = "draft:";
  const AGE = 3 * 86400000; // three days

  const person = document.documentElement.dataset.person || "";

  const keyed = (key) => PREFIX + key;
  const skipped = new Set(["password", "file", "hidden", "submit", "button", "reset", "image"]);
  const keepable = (field) =>
    field.name && !skipped.has(field.type) && !field.disabled && !field.closest("[data-private]");
  const boxed = (field) => field.type === "checkbox" || field.type === "radio";

  const forget = (test) => {
    try {
      Object.keys(localStorage)
        .filter((name) => name.startsWith(PREFIX) && test(name.slice(PREFIX.length)))
        .forEach((name) => localStorage.removeItem(name));
    } catch {
      // No storage, nothing to forget.
    }
  };

  const read = (key) => {
    try {
      const kept = JSON.parse(localStorage.getItem(keyed(key)));
      // A sheet waits longer than a form: what was found is not found twice.
      const age = kept && kept.days ? kept.days * 86400000 : AGE;
      return kept && Date.now() - kept.at < age ? kept : null;
    } catch {
      return null;
    }
  };

  const mine = (kept) => kept && (!kept.by || kept.by === person);

  const save = (form) => {
    const values = {};
    for (const field of form.elements) {
      if (!keepable(field)) continue;
      if (boxed(field)) {
        if (field.checked) (values[field.name] ||= []).push(field.value);
      } else if (field.value) {
        values[field.name] = [field.value];
      }
    }
    try {
      if (Object.keys(values).length) {
        localStorage.setItem(keyed(form.dataset.draft), JSON.stringify({ at: Date.now(), by: person, values }));
      } else {
        localStorage.removeItem(keyed(form.dataset.draft));
      }
    } catch {
      // Storage full or forbidden: the form works as without this script.
    }
  };

  // What the server sent wins: only empty fields and untouched groups are filled.
  const restore = (form, values) => {
    let filled = false;
    const answered = new Set([...form.elements].filter((f) => boxed(f) && f.checked).map((f) => f.name));
    for (const field of form.elements) {
      const kept = keepable(field) ? values[field.name] : undefined;
      if (!kept) continue;
      if (boxed(field)) {
        if (answered.has(field.name) || !kept.includes(field.value)) continue;
        field.checked = true;
      } else {
        if (field.value) continue;
        field.value = kept[0];
      }
      filled = true;
    }
    return filled;
  };

  const tell = (form) => {
    const note = document.createElement("div");
    note.className = "notice draft-note";
    note.setAttribute("role", "status");
    const text = document.createElement("p");
    text.textContent = words.restored;
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "btn btn-quiet";
    clear.textContent = words.clear;
    clear.addEventListener("click", () => {
      forget((key) => key === form.dataset.draft);
      form.reset();
      note.remove();
      form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    });
    note.append(text, clear);
    form.prepend(note);
  };

  document.addEventListener("DOMContentLoaded", () => {
    // Old ones go, and so do another person's; a signed-out page keeps them for their owner.
    forget((key) => read(key) === null || (person && !mine(read(key))));
    for (const done of document.querySelectorAll("[data-draft-done]")) {
      const key = done.dataset.draftDone;
      forget((kept) => kept === key || kept.startsWith(`${key}:`));
    }
    for (const form of document.querySelectorAll("form[data-draft]")) {
      const kept = read(form.dataset.draft);
      if (mine(kept) && restore(form, kept.values)) tell(form);
    }
  });

  const waiting = new Map();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.dataset.draft) return;
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => save(form), 300));
  });
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.draft) save(event.target);
    // A shared computer: what one person typed does not wait for the next.
    if ("forgetDrafts" in event.target.dataset) forget(() => true);
  });
})();
