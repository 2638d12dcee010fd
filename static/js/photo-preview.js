// Shows which photos were chosen before they are sent: name, size and, where the browser can open
// the format, a small picture.
(() => {
  "use strict";
  const words = document.currentScript.dataset; // chosen
  const SIDE = 112;

  const size = (bytes) =>
    bytes >= 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} kB`;

  const draw = async (canvas, file) => {
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.max(SIDE / picture.width, SIDE / picture.height);
      const width = picture.width * scale;
      const height = picture.height * scale;
      canvas.getContext("2d").drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
      picture.close();
    } catch {
      // HEIC on most computers, or not a picture at all: the server will say.
    }
  };

  const line = (file) => {
    const item = document.createElement("li");
    const canvas = document.createElement("canvas");
    canvas.width = SIDE;
    canvas.height = SIDE;
    canvas.setAttribute("aria-hidden", "true");
    const name = document.createElement("span");
    name.textContent = `${file.name} (${size(file.size)})`;
    item.append(canvas, name);
    draw(canvas, file);
    return item;
  };

  // The button that sends photos before the rest of a form means nothing until some are chosen.
  const offer = (input) => {
    const more = input.form && input.form.querySelector(".add-photos");
    if (more) more.hidden = !input.files.length;
  };

  const offerAll = () => {
    document.querySelectorAll("[data-preview] input[type=file]").forEach(offer);
  };

  const show = (input) => {
    offer(input);
    const box = input.closest("[data-preview]");
    box.querySelectorAll(".preview").forEach((old) => old.remove());
    if (!input.files.length) return;
    const part = document.createElement("div");
    part.className = "preview";
    part.setAttribute("role", "status");
    const count = document.createElement("p");
    count.textContent = words.chosen.replace("@", input.files.length);
    const list = document.createElement("ul");
    list.append(...[...input.files].map(line));
    part.append(count, list);
    box.append(part);
  };

  document.addEventListener("DOMContentLoaded", offerAll);
  document.addEventListener("htmx:load", offerAll);
  document.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.closest("[data-preview]")) show(event.target);
  });
})();
