/* Filters of the claims ledger: see book/_ext/gz_ledger.py for what the table holds.
 *
 * What a reader has chosen stands in the address after the #, such as #verdict=undecided&q=tea, so
 * that a selection can be sent to somebody, and "back" works. Links on the page use it too. An
 * address that names a row (#ledger-2-1-c) shows all rows and opens that one.
 */
(() => {
  "use strict";

  const NAMES = ["verdict", "kind", "section", "q"];

  /** Compared without case and tone marks: "rongjiang" finds "Róngjiāng". */
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function start(ledger) {
    const form = ledger.querySelector("form");
    const status = form.querySelector("[role=status]");
    const rows = [...ledger.querySelectorAll("tbody tr")].map((row) => ({
      row,
      text: plain(row.textContent),
    }));

    function read() {
      const words = plain(form.elements.q.value).split(/\s+/).filter(Boolean);
      const chosen = NAMES.slice(0, 3).filter((name) => form.elements[name].value);
      let shown = 0;
      for (const { row, text } of rows) {
        const fits =
          chosen.every((name) => row.dataset[name] === form.elements[name].value) &&
          words.every((word) => text.includes(word));
        row.hidden = !fits;
        shown += fits;
      }
      const { all, some } = status.dataset;
      status.textContent =
        shown === rows.length ? all : some.replace("{n}", shown).replace("{all}", rows.length);
      ledger.classList.toggle("gz-ledger-empty", shown === 0);
    }

    /** Keep the choice in the address; typing does not fill the history with letters. */
    function write(replace) {
      const state = new URLSearchParams();
      for (const name of NAMES) {
        const value = form.elements[name].value.trim();
        if (value) state.set(name, value);
      }
      const hash = `#${state}`;
      if (hash === (location.hash || "#")) return;
      const address = hash === "#" ? location.href.split("#")[0] : hash;
      if (replace) history.replaceState(null, "", address);
      else history.pushState(null, "", address);
    }

    /** Fill the form. Not by form.reset(), which would count as a choice and write an address. */
    function set(state) {
      for (const name of NAMES) form.elements[name].value = state.get(name) || "";
      // A value that the menu does not have would show nothing.
      for (const name of NAMES.slice(0, 3)) {
        if (form.elements[name].selectedIndex < 0) form.elements[name].value = "";
      }
      read();
    }

    function follow() {
      // An address cut off inside a letter is read as far as it goes; decodeURIComponent would throw.
      const raw = location.hash.slice(1).replaceAll("&", "%26");
      const hash = new URLSearchParams(`whole=${raw}`).get("whole");
      if (hash.startsWith("ledger-")) {
        set(new URLSearchParams());
        const row = document.getElementById(hash);
        const details = row && row.querySelector("details");
        if (details) {
          details.open = true;
          row.scrollIntoView();
        }
        return;
      }
      const state = new URLSearchParams(location.hash.slice(1));
      const ours = NAMES.some((name) => state.has(name));
      if (hash && !ours) return; // an address of another place on the page
      set(state);
      if (ours) form.scrollIntoView({ block: "start" });
    }

    /** A number of a count: its claims. Without this script it leads to the ledger. */
    for (const link of document.querySelectorAll("a[data-state]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        history.pushState(null, "", `#${link.dataset.state}`);
        follow();
      });
    }

    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => {
      read();
      write(false);
    });
    form.elements.q.addEventListener("input", () => {
      read();
      write(true);
    });
    form.addEventListener("reset", () => {
      // The fields are empty only after this event.
      setTimeout(() => {
        read();
        write(false);
      });
    });
    window.addEventListener("hashchange", follow);
    window.addEventListener("popstate", follow);
    follow();
  }

  document.querySelectorAll(".gz-ledger").forEach(start);
})();
