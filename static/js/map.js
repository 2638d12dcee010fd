// The map of estates: points with names over lines of latitude and longitude, and over tiles
// where a tile server is set. The table beneath says the same without this script.
(() => {
  const frame = document.querySelector("[data-map]");
  if (!frame || !window.L) return;
  const words = frame.dataset;
  const said = frame.querySelector("[data-map-said]");
  const say = (text) => {
    said.textContent = text;
    said.hidden = !text;
  };
  frame.hidden = false;

  const here = frame.querySelector("[data-map-here]");
  const map = L.map(here, { zoomControl: false, minZoom: 3, maxZoom: 18 });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ position: "topright", zoomInTitle: words.in, zoomOutTitle: words.out }).addTo(map);
  map.setView([35, 105], 4);
  if (words.tiles) L.tileLayer(words.tiles, { attribution: plain(words.credit) }).addTo(map);

  function plain(text) {
    const made = document.createElement("span");
    made.textContent = text;
    return made.innerHTML;
  }

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  // --- Lines of latitude and longitude, where no tiles lie ---------------------------------

  const lines = L.layerGroup().addTo(map);
  const STEPS = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002];
  function rule() {
    lines.clearLayers();
    const seen = map.getBounds();
    const wide = seen.getEast() - seen.getWest();
    const step = STEPS.find((one) => wide / one >= 4) || STEPS[STEPS.length - 1];
    const digits = Math.max(0, Math.ceil(-Math.log10(step)));
    const line = (ends) =>
      L.polyline(ends, { className: "map-line", interactive: false }).addTo(lines);
    const degree = (at, text) =>
      L.marker(at, {
        interactive: false,
        keyboard: false,
        icon: L.divIcon({ className: "map-degree", html: element("span", text), iconSize: [64, 16], iconAnchor: [-2, 16] }),
      }).addTo(lines);
    const first = (from) => Math.ceil(from / step) * step;
    for (let x = first(seen.getWest()); x <= seen.getEast(); x += step) {
      line([[seen.getSouth(), x], [seen.getNorth(), x]]);
      degree([seen.getSouth(), x], `${x.toFixed(digits)}°`);
    }
    for (let y = first(seen.getSouth()); y <= seen.getNorth(); y += step) {
      line([[y, seen.getWest()], [y, seen.getEast()]]);
      degree([y, seen.getWest()], `${y.toFixed(digits)}°`);
    }
  }
  if (!words.tiles) map.on("moveend", rule);

  // --- Estates ----------------------------------------------------------------------------

  const marks = L.layerGroup().addTo(map);
  const NAMED = 80; // names stand beside the marks while there is room for them
  function mark(feature) {
    const about = feature.properties;
    const [x, y] = feature.geometry.coordinates;
    const shape = document.querySelector(`[data-mark="${CSS.escape(about.mode)}"] svg`);
    const icon = L.divIcon({ className: "map-mark", html: shape.cloneNode(true), iconSize: [44, 44] });
    const made = L.marker([y, x], { icon, title: `${about.name} · ${about.served}`, riseOnHover: true });
    made.bindPopup(() => popup(about), { minWidth: 200 });
    made.bindTooltip(element("span", about.name), { permanent: true, direction: "right", offset: [10, 0] });
    made.on("add", () => made.getElement().setAttribute("aria-label", `${about.name} · ${about.served}`));
    return made;
  }
  function popup(about) {
    const box = document.createElement("div");
    box.append(element("strong", about.name));
    box.append(element("p", `${about.community} · ${about.served}`));
    box.append(element("p", words.households.replace("@", about.households)));
    const link = element("a", words.open);
    link.href = about.url;
    box.append(link);
    return box;
  }
  map.on("popupopen", (event) => {
    const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
    if (close) close.setAttribute("aria-label", words.close);
    const link = event.popup.getElement().querySelector(".leaflet-popup-content a");
    if (link) link.focus({ preventScroll: true });
  });
  function names() {
    const seen = map.getBounds();
    let count = 0;
    marks.eachLayer((one) => (count += seen.contains(one.getLatLng()) ? 1 : 0));
    marks.eachLayer((one) => (count <= NAMED ? one.openTooltip() : one.closeTooltip()));
  }

  let latest = 0;
  async function load(bounds) {
    const asked = ++latest;
    const address = new URL(words.points, location.href);
    if (bounds) {
      const ends = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
      const within = ends.map((one, at) => Math.max(at % 2 ? -90 : -180, Math.min(at % 2 ? 90 : 180, one)));
      address.searchParams.set("bounds", within.join(","));
    }
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    if (asked !== latest) return found;
    marks.clearLayers();
    found.features.forEach((feature) => mark(feature).addTo(marks));
    return found;
  }

  load(null)
    .then((found) => {
      say(found.features.length ? "" : words.none);
      const ends = found.features.map((one) => [one.geometry.coordinates[1], one.geometry.coordinates[0]]);
      if (ends.length) map.fitBounds(L.latLngBounds(ends).pad(0.15), { maxZoom: 15, animate: false });
      else if (!words.tiles) rule();
      names();
      map.on("moveend", () => {
        if (!found.more) return names();
        return load(map.getBounds()).then(names, () => say(words.failed));
      });
    })
    .catch(() => say(words.failed));
})();
