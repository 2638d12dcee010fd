// Parts that refresh themselves (data-live) wait while somebody is busy inside them, and rest
// while the page is hidden.
(() => {
  "use strict";

  const typed = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type === "file") return field.files.length > 0;
    if (field.options) return [...field.options].some((o) => o.selected !== o.defaultSelected && o.index > 0);
    return field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
  };

  const busy = (part) =>
    part.querySelector("input:focus, textarea:focus, select:focus, details[open] form") !== null ||
    [...part.querySelectorAll("input, textarea, select")].some(typed);

  document.addEventListener("htmx:beforeRequest", (event) => {
    const part = event.target;
    if (part.matches("[data-live]") && (document.hidden || busy(part))) event.preventDefault();
  });

  let held = null; // the link that had the focus, found again by its address after the swap

  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.target.closest("[data-live]");
    if (!part) return;
    // Typing may have begun while the answer was on its way; an error page is no fragment.
    if (busy(part) || event.detail.xhr.status !== 200) {
      event.detail.shouldSwap = false;
      return;
    }
    const link = part.contains(document.activeElement) ? document.activeElement : null;
    held = link ? link.getAttribute("href") : null;
  });

  document.addEventListener("htmx:afterSettle", () => {
    if (!held) return;
    const link = [...document.querySelectorAll("[data-live] a[href], a[data-live]")].find(
      (a) => a.getAttribute("href") === held,
    );
    held = null;
    if (link && document.activeElement === document.body) link.focus({ preventScroll: true });
  });

  // A signed-out session answers a poll with the sign-in page: htmx must not paste it into a part.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const part = event.target;
    const { xhr } = event.detail;
    if (part.matches("[data-live]") && xhr.responseText.trimStart().toLowerCase().startsWith("<!doctype")) {
      event.preventDefault();
    }
  });
})();
