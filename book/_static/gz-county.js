/* Which county the page shows: see book/_ext/gz_county.py. It stands in the address after the #, one
 * code (#522632) or two (#522632+520102), so that a profile can be sent to somebody and "back" works.
 */
(() => {
  "use strict";

  const { link, profile } = window.gzCounty;
  const FIRST = "522632"; // Rongjiang, the paper's main case
  const MOST = 8; // counties that a search offers at once

  /** Compared without case, tone marks and spaces, as gzcounty.charts.selection folds its keys. */
  const plain = (text) =>
    text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/\p{M}/gu, "");

  function start(root) {
    const data = JSON.parse(root.querySelector("script").textContent);
    data.byCode = new Map(data.counties.map((county) => [county.code, county]));
    const form = root.querySelector("form");
    const status = form.querySelector("[role=status]");
    const hits = form.querySelector("ul");
    const place = root.querySelector(".gz-county-profile");
    const title = document.title;
    let shown = [];

    /** Counties that a name or code begins with; Chinese may stand anywhere in a name. */
    function found(text) {
      const query = plain(text);
      if (!query) return [];
      const key = /^[a-z0-9]/.test(query) ? `|${query}` : query;
      const exact = (county) => `${county.keys}|`.includes(`|${query}|`);
      const all = data.counties.filter((county) => county.keys.includes(key));
      return [...all.filter(exact), ...all.filter((county) => !exact(county))];
    }

    /** What the address asks for: codes of counties, and what is no code of any. */
    function asked() {
      let hash = location.hash.slice(1);
      try {
        hash = decodeURIComponent(hash);
      } catch {
        // An address cut short in a letter is shown as it is.
      }
      const parts = hash.split(/[+,& ]+/).filter(Boolean).slice(0, 2);
      return {
        codes: [...new Set(parts)].filter((part) => data.byCode.has(part)),
        strange: parts.filter((part) => !data.byCode.has(part)),
      };
    }

    /** Other addresses on the page are none of ours: headings, the link to the main text. */
    const elsewhere = () => {
      const hash = location.hash.slice(1);
      return hash && !/^\d/.test(hash) && document.getElementById(hash);
    };

    function draw() {
      place.replaceChildren(...profile(data, shown, Math.min(place.clientWidth || 640, 720)));
      place.dataset.width = place.clientWidth;
    }

    function follow(moved) {
      if (elsewhere() && shown.length) return;
      const { codes, strange } = elsewhere() ? { codes: [], strange: [] } : asked();
      const unknown = strange.map((part) => `“${part}”`).join(" and ");
      if (!codes.length && strange.length) {
        shown = [];
        place.replaceChildren();
        place.hidden = true;
        document.title = title;
        status.textContent = `${unknown} is not the code of a county in Guizhou. Search for a name, or choose from the table below.`;
        if (moved) form.elements.q.focus({ preventScroll: true });
        form.scrollIntoView({ block: "center" });
        return;
      }
      shown = (codes.length ? codes : [FIRST]).map((code) => ({
        county: data.byCode.get(code),
        at: data.counties.findIndex((county) => county.code === code),
      }));
      const names = shown.map(({ county }) => `${county.en} ${county.zh}`).join(" and ");
      const within = place.contains(document.activeElement);
      place.hidden = false;
      draw();
      document.title = title.replace(/^.*?(?= — )|^.*$/, names);
      form.elements.q.value = "";
      form.elements.beside.value = shown[1] ? shown[1].county.code : "";
      hits.replaceChildren();
      // Said only when something changes: at first the page itself is read.
      status.textContent = unknown
        ? `${unknown} is not the code of a county in Guizhou. Shown: ${names}.`
        : moved ? `Shown: ${names}.` : "";
      // The link that was followed is gone; reading goes on at the new county's name.
      if (moved && (within || moved === "enter")) place.querySelector("h2").focus({ preventScroll: true });
      if (moved && moved !== "beside") place.querySelector("h2").scrollIntoView({ block: "start" });
    }

    let how = "link";
    function go(codes, by) {
      const hash = `#${codes.join("+")}`;
      if (hash === location.hash) return follow(by);
      how = by;
      location.hash = hash;
    }

    function search() {
      const all = found(form.elements.q.value);
      const typed = form.elements.q.value.trim();
      hits.replaceChildren(
        ...all.slice(0, MOST).map((county) => {
          const item = document.createElement("li");
          item.append(link(county));
          return item;
        }),
      );
      status.textContent = !typed
        ? ""
        : !all.length
          ? `No county is called “${typed}”.`
          : `${all.length} ${all.length === 1 ? "county" : "counties"}${all.length > MOST ? `, the first ${MOST} shown` : ""}.`;
      return all;
    }

    /* The rows of the table have these addresses too, for readers without a script. With it the
     * address means the profile, so the rows give them up and the page does not jump to them. */
    const jumped = /^#\d{6}/.test(location.hash);
    for (const code of data.byCode.keys()) document.getElementById(code)?.removeAttribute("id");
    const fresh = performance.getEntriesByType("navigation")[0]?.type !== "reload";
    if (jumped && fresh) window.scrollTo({ top: 0, behavior: "instant" });

    const groups = new Map();
    for (const county of data.counties) {
      if (!groups.has(county.prefecture)) {
        const group = document.createElement("optgroup");
        group.label = county.prefecture;
        groups.set(county.prefecture, group);
      }
      groups.get(county.prefecture).append(new Option(`${county.en} ${county.zh}`, county.code));
    }
    form.elements.beside.append(...groups.values());
    form.elements.beside.addEventListener("change", (event) => {
      const first = shown[0]?.county.code ?? FIRST;
      go([...new Set([first, event.target.value])].filter(Boolean), "beside");
    });
    form.elements.q.addEventListener("input", search);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const [best] = search();
      if (best) go([best.code], "enter");
    });
    place.addEventListener("click", (event) => {
      const code = event.target.closest?.(".gz-county-map [data-code]")?.dataset.code;
      if (code) go([code], "link");
    });
    window.addEventListener("hashchange", () => {
      follow(how);
      how = "link";
    });
    new ResizeObserver(() => {
      const open = [...place.querySelectorAll("details")].map((details) => details.open);
      if (!shown.length || Math.abs(place.clientWidth - place.dataset.width) < 8) return;
      draw();
      place.querySelectorAll("details").forEach((details, i) => { details.open = open[i]; });
    }).observe(place);
    form.hidden = false;
    follow("");
  }

  document.querySelectorAll(".gz-county").forEach(start);
})();
