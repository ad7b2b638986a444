// The large map of a search. The list beside it holds the same places under the same numbers.
"use strict";

(() => {
    const frame = document.querySelector("[data-large-map]");
    if (!frame || !window.L) {
        return;
    }
    const say = frame.dataset;
    const point = (words) => words.split(",").map(Number);
    const places = [...document.querySelectorAll("[data-point]")];
    frame.replaceChildren();
    frame.classList.add("is-large");
    const map = L.map(frame, { zoomControl: false, maxZoom: 18, minZoom: 9 });
    L.control.zoom({ zoomInTitle: say.zoomIn, zoomOutTitle: say.zoomOut }).addTo(map);
    map.attributionControl.setPrefix(false);
    if (say.tiles) {
        L.tileLayer(say.tiles, { attribution: say.tilesAttribution }).addTo(map);
    }
    if (say.streets) {
        L.tileLayer(say.streets, { minZoom: 13, maxNativeZoom: 16 }).addTo(map);
    }
    const sources = document.createElement("a");
    sources.href = say.about;
    sources.textContent = say.sources;
    map.attributionControl.addAttribution(sources.outerHTML);
    const style = { className: "outline", interactive: false };
    fetch(say.areas)
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
        .then((areas) => L.geoJSON(areas, { style }).addTo(map).bringToBack());

    const spots = new Map();
    for (const place of places) {
        const spot = spots.get(place.dataset.point) || [];
        spots.set(place.dataset.point, [...spot, place]);
    }
    for (const [words, here] of spots) {
        const numbers = here.map((place) => place.dataset.number).join(", ");
        const titles = here.map((place) => place.querySelector("h3 a"));
        const pin = document.createElement("b");
        pin.className = "pin";
        pin.textContent = numbers;
        const icon = L.divIcon({ className: "spot", html: pin, iconSize: null });
        const list = document.createElement("ul");
        for (const title of titles) {
            const line = document.createElement("li");
            line.append(title.cloneNode(true));
            list.append(line);
        }
        const label = titles.map((title, index) => `${here[index].dataset.number}: ${title.textContent}`).join("; ");
        L.marker(point(words), { icon, title: label, alt: label }).bindPopup(list).addTo(map);
    }
    if (say.chosen) {
        L.circleMarker(point(say.chosen), { radius: 9, className: "chosen", interactive: false }).addTo(map);
    }
    const all = [...spots.keys(), ...(say.chosen ? [say.chosen] : [])].map(point);
    if (all.length) {
        map.fitBounds(L.latLngBounds(all).pad(0.15), { maxZoom: 15 });
    } else {
        map.setView(point(say.middle), 12);
    }

    const choose = (where) => {
        const at = `${where.lat.toFixed(3)},${where.lng.toFixed(3)}`;
        window.location.assign(`${say.choose}${encodeURIComponent(at)}`);
    };
    map.on("click", (event) => choose(event.latlng));
    const button = document.querySelector("[data-choose-middle]");
    button.hidden = false;
    button.addEventListener("click", () => choose(map.getCenter()));
})();
