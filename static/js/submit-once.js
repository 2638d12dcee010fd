// A form is sent once however often its button is pressed. The server refuses a second one anyway
// (form_token); this spares the person the wait and the doubt.
(() => {
  "use strict";
  const busyWord = document.currentScript.dataset.busy;
  const PATIENCE = 20000; // then the line was lost: let the person try again

  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy=true]")) {
      button.removeAttribute("aria-busy");
      button.removeAttribute("aria-disabled");
      if (button.dataset.word) button.lastChild.textContent = button.dataset.word;
    }
  };

  const hold = (form, button) => {
    form.dataset.sent = "true";
    setTimeout(() => release(form), PATIENCE);
    if (!button || !button.classList.contains("btn")) return;
    // Not `disabled`: a disabled button would not send its own name and value.
    button.setAttribute("aria-busy", "true");
    button.setAttribute("aria-disabled", "true");
    if (button.lastChild && button.lastChild.nodeType === Node.TEXT_NODE && !button.children.length) {
      button.dataset.word = button.lastChild.textContent;
      button.lastChild.textContent = busyWord;
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    hold(form, event.submitter);
  });

  const releaseAll = () => document.querySelectorAll("form[data-sent]").forEach(release);
  window.addEventListener("pageshow", releaseAll);
  document.addEventListener("htmx:afterRequest", releaseAll);

  // The summary of errors takes the focus also where `autofocus` is not honoured.
  document.addEventListener("DOMContentLoaded", () => {
    const summary = document.querySelector("[data-focus]");
    if (summary) summary.focus();
  });
})();
