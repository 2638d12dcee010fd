// Keeps "2 h 10 min left" fresh. The server's moment (data-at) is the start; this device only
// measures how long the page has been open, so a wrong clock on a phone changes nothing.
(() => {
  "use strict";
  const words = document.currentScript.dataset; // left, late, days, hours, minutes, moments
  const MINUTE = 60;
  const HOUR = 3600;
  const DAY = 86400;
  const BETWEEN_CHINESE = /(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])/g;
  const started = new WeakMap();

  const fill = (pattern, value) => pattern.replace("@", value);

  const duration = (seconds) => {
    const days = Math.floor(seconds / DAY);
    const hours = Math.floor((seconds % DAY) / HOUR);
    const minutes = Math.floor((seconds % HOUR) / MINUTE);
    const parts = [];
    if (days) parts.push(fill(words.days, days));
    if (hours) parts.push(fill(words.hours, hours));
    if (!days && minutes) parts.push(fill(words.minutes, minutes));
    return parts.length ? parts.join(" ") : words.moments;
  };

  const refresh = (mark) => {
    if (!started.has(mark)) started.set(mark, Date.now());
    const opened = Date.parse(mark.dataset.at);
    const left = (Date.parse(mark.dataset.due) - opened - (Date.now() - started.get(mark))) / 1000;
    const late = left <= 0;
    const pattern = late ? words.late : words.left;
    const text = fill(pattern, duration(Math.floor(Math.abs(left)))).replace(BETWEEN_CHINESE, "");
    if (mark.lastElementChild.textContent !== text) mark.lastElementChild.textContent = text;
    mark.classList.toggle("left-late", late);
    mark.classList.toggle("left-soon", !late && left <= HOUR);
    mark.classList.toggle("left-normal", left > HOUR);
  };

  const refreshAll = () => document.querySelectorAll("[data-due][data-at]").forEach(refresh);

  document.addEventListener("DOMContentLoaded", refreshAll);
  document.addEventListener("htmx:load", refreshAll);
  document.addEventListener("visibilitychange", refreshAll);
  setInterval(refreshAll, 30000);
})();
