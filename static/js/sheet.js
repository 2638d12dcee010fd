// A sheet filled in where the line comes and goes: what is entered stays on this device, for this
// person alone, until the portal has it. Photos go with “Save”. Kept under draft.js's own prefix, so
// that signing out, or somebody else signing in, clears it as it clears every other draft.
(() => {
  "use strict";
  const form = document.querySelector("form[data-sheet]");
  if (!form) return;
  const words = form.dataset; // sheet, key, kept, waiting, sending, signedOut, refused, conflict …
  const person = document.documentElement.dataset.person || "";
  const KEY = `draft:sheet:${words.key}`;
  const DAYS = 30;
  const PAUSE = 700; // after the last touch
  const AGAIN = 1500; // then twice as long each time: a line may come back without saying so
  const LONGEST = 15000;
  const line = document.querySelector("[data-line]");
  const items = new Map([...form.querySelectorAll("[data-item]")].map((box) => [box.dataset.item, box]));

  // --- What an item says ---------------------------------------------------------------------

  const field = (box, part) => form.elements[`${part}-${box.dataset.item}`];
  const rawOf = (box) => field(box, "value").value;
  const absent = (box) => field(box, "absent").checked;

  // As the API takes it: a share from 0 to 1, a number as text; null for none.
  const valueOf = (box) => {
    const raw = rawOf(box).trim();
    if (absent(box) || raw === "") return null;
    return box.dataset.rule === "ratio" ? String(Number((Number(raw) / 100).toFixed(6))) : raw;
  };
  const noteOf = (box) => field(box, "note").value.trim();
  const seenOf = (box) => field(box, "seen").value;
  const said = (box) => ({ value: valueOf(box), note: noteOf(box) });
  const same = (a, b) => a && b && a.value === b.value && a.note === b.note;

  // A note alone would say that it does not apply: that has to be ticked.
  const complete = (box) => {
    const { value, note } = said(box);
    return absent(box) ? note !== "" : value !== null || note === "";
  };

  const put = (box, entry) => {
    const control = field(box, "value");
    const shown = entry.value === null ? "" : box.dataset.rule === "ratio" ? String(Number((Number(entry.value) * 100).toFixed(4))) : entry.value;
    if (control instanceof RadioNodeList) for (const radio of control) radio.checked = radio.value === shown;
    else control.value = shown;
    field(box, "note").value = entry.note;
    field(box, "absent").checked = entry.value === null && entry.note !== "";
  };

  // --- Running points: the same arithmetic as the portal's, for the eye only ----------------------

  const pointsOf = (box) => {
    const value = valueOf(box);
    if (value === null || Number.isNaN(Number(value))) return null;
    const { rule } = box.dataset;
    const most = Number(box.dataset.points);
    const found = Number(value);
    if (rule === "per_finding") return Math.max(0, most - Number(box.dataset.step) * found);
    if (rule === "all_or_nothing") return found ? 0 : most;
    if (rule === "levels") return Number(box.dataset.levels.split(" ")[found] || 0);
    if (rule === "given") return Math.min(most, found);
    return found < Number(box.dataset.floor) ? 0 : most * found;
  };
  const shown = (points) => String(Math.round(points * 100 + 1e-7) / 100);

  const count = () => {
    let [got, possible, entered] = [0, 0, 0];
    for (const box of items.values()) {
      const points = pointsOf(box);
      const is = points !== null || (absent(box) && noteOf(box) !== "");
      box.classList.toggle("is-entered", is);
      entered += is;
      const told = box.querySelector("[data-points-got]");
      if (told) told.textContent = points === null ? "" : `${shown(points)} / ${box.dataset.points}`;
      if (points === null) continue;
      got += points;
      possible += Number(box.dataset.points);
    }
    document.querySelector("[data-got]").textContent = shown(got);
    document.querySelector("[data-possible]").textContent = shown(possible);
    document.querySelector("[data-entered]").textContent = entered;
  };

  // --- What waits to be sent ---------------------------------------------------------------------

  let pending = {}; // item: {value, note, seen}
  const undecided = {}; // likewise, where another device said otherwise: kept, and not sent again

  const keep = () => {
    const values = { ...undecided, ...pending };
    try {
      if (Object.keys(values).length) {
        localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), by: person, days: DAYS, values }));
      } else localStorage.removeItem(KEY);
    } catch {
      // No storage: then the page itself keeps it, and “Save” sends it.
    }
  };

  const tell = (text, waiting = false) => {
    line.textContent = text;
    line.classList.toggle("waiting", waiting);
  };
  const tellArrived = () => {
    const open = Object.keys(undecided).length;
    if (open) tell(words.undecided.replace("@", open), true);
    else tell(words.kept);
  };
  const tellWaiting = () => tell(words.waiting.replace("@", Object.keys(pending).length), true);

  const restore = () => {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(KEY));
    } catch {
      return;
    }
    if (!kept || kept.by !== person) return;
    for (const [item, entry] of Object.entries(kept.values)) {
      const box = items.get(item);
      if (!box || same(entry, said(box))) continue; // it had arrived after all
      put(box, entry);
      pending[item] = entry;
    }
    keep();
  };

  // --- Sending -----------------------------------------------------------------------------------

  let timer = 0;
  let busy = false;
  let failed = 0; // in a row
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  };

  const conflict = (item, theirs) => {
    const box = items.get(item);
    const told = box.querySelector("[data-told]");
    const value = theirs.value === null ? theirs.note || words.nothing : box.dataset.rule === "ratio" ? `${Number(theirs.value) * 100} %` : theirs.value;
    told.textContent = words.conflict.replace("@", value);
    const button = (word, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn btn-quiet";
      made.textContent = word;
      made.addEventListener("click", () => {
        told.hidden = true;
        field(box, "seen").value = theirs.seen;
        delete undecided[item];
        delete pending[item]; // touched since it was asked: what is chosen now holds
        act();
        keep();
        count();
        if (Object.keys(pending).length) later(0);
        else tellArrived();
      });
      told.append(made);
    };
    told.append(document.createElement("br"));
    button(words.mine, () => {
      pending[item] = { ...said(box), seen: theirs.seen };
      tell(words.sending);
    });
    button(words.theirs, () => put(box, theirs));
    told.hidden = false;
  };

  const arrived = (sent, answer) => {
    for (const entry of answer.entries) {
      const box = items.get(entry.item);
      if (!box || !(entry.item in sent)) continue;
      if (answer.conflicts.includes(entry.item)) {
        undecided[entry.item] = pending[entry.item] || sent[entry.item];
        delete pending[entry.item];
        conflict(entry.item, entry);
        continue;
      }
      field(box, "seen").value = entry.seen;
      // Touched again while it was on its way: that still has to be sent.
      if (pending[entry.item] === sent[entry.item]) delete pending[entry.item];
      else if (pending[entry.item]) pending[entry.item].seen = entry.seen;
    }
    keep();
    if (Object.keys(pending).length) later(0);
    else tellArrived();
  };

  async function send() {
    if (busy || !Object.keys(pending).length) return;
    if (!navigator.onLine) {
      tellWaiting();
      later(AGAIN); // a page that was opened just then is not told that the line is back
      return;
    }
    busy = true;
    const sent = { ...pending };
    tell(words.sending);
    try {
      const response = await fetch(words.sheet, {
        method: "POST",
        credentials: "same-origin",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
        },
        body: JSON.stringify({ entries: Object.entries(sent).map(([item, entry]) => ({ item, ...entry })) }),
      });
      busy = false;
      if (response.ok) {
        failed = 0;
        arrived(sent, await response.json());
      } else if (response.status === 401 || response.status === 403) tell(words.signedOut, true);
      else if (response.status >= 500 || response.status === 429) throw new Error("later");
      else tell(words.refused, true);
    } catch {
      busy = false;
      tellWaiting();
      later(Math.min(LONGEST, AGAIN * 2 ** failed));
      failed += 1;
    }
  }

  const touched = (box) => {
    count();
    const item = box.dataset.item;
    delete undecided[item]; // it is sent with what it says now, and asked about again
    if (!complete(box)) delete pending[item];
    else pending[item] = { ...said(box), seen: pending[item] ? pending[item].seen : seenOf(box) };
    keep();
    later(PAUSE);
    if (!navigator.onLine) tellWaiting();
  };

  // --- Under the thumb ---------------------------------------------------------------------------

  const by = (button) => {
    const box = button.closest("[data-item]");
    const control = field(box, "value");
    const most = Number(control.max);
    const whole = box.dataset.rule === "ratio" ? 5 : 1;
    const began = control.value === "" ? (box.dataset.rule === "per_finding" ? 0 : most) : Number(control.value);
    // The first touch of − on an empty counter says “none found”.
    const first = control.value === "" && box.dataset.rule === "per_finding" && button.dataset.by === "-1";
    const next = first ? 0 : began + whole * Number(button.dataset.by);
    control.value = String(Math.min(most, Math.max(0, next)));
    touched(box);
  };

  form.addEventListener("input", (event) => {
    const box = event.target.closest("[data-item]");
    if (box && event.target.type !== "file") touched(box);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-by]");
    if (button) by(button);
  });
  window.addEventListener("online", () => later(0));
  window.addEventListener("offline", () => Object.keys(pending).length && tellWaiting());

  for (const button of form.querySelectorAll("[data-by]")) button.hidden = false;
  restore();
  count();
  if (Object.keys(pending).length) {
    tellWaiting();
    later(0);
  }
})();
