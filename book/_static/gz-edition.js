/* What scripts say, in the language of the page: gzSay("{n} of {all}", { n, all }). A field that is
 * not given stays, as does a message that the page hands over in its language. On pages in
 * another language than English, gz-words.js holds the sentences; Sphinx's own function finds them.
 *
 * The same page in the other language: at the same place, with what the address says. The choice is
 * remembered, so that the front page offers the other language to nobody who has chosen. */
(() => {
  "use strict";

  window.gzSay = (message, fields = {}) =>
    Documentation.gettext(message).replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);

  if (document.documentElement.lang !== "en") {
    for (const name of ["title", "aria-label", "data-bs-title"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        element.setAttribute(name, gzSay(element.getAttribute(name)));
      }
    }
  }

  const KEY = "gz-language";
  const remember = (language) => {
    try {
      localStorage.setItem(KEY, language);
    } catch {} // a browser may forbid it
  };
  const remembered = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };

  // The heading of what stands at the top of the window, if the page has been scrolled.
  function place() {
    if (location.hash || scrollY < 200) return location.hash;
    const above = [...document.querySelectorAll("article section[id]")].filter(
      (section) => section.getBoundingClientRect().top < 120,
    );
    return above.length ? `#${above[above.length - 1].id}` : "";
  }

  for (const link of document.querySelectorAll("a.gz-edition, .gz-offer a")) {
    const page = link.getAttribute("href");
    link.addEventListener("click", () => {
      link.setAttribute("href", `${page}${location.search}${place()}`);
      remember(link.lang || link.closest("[lang]").lang);
    });
  }

  for (const offer of document.querySelectorAll(".gz-offer")) {
    const wanted = (navigator.languages || [navigator.language])[0] || "";
    offer.hidden = Boolean(remembered()) || !wanted.toLowerCase().startsWith(offer.dataset.language);
  }
})();
