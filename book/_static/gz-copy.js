/* window.gzCopy(text) puts a text on the clipboard and resolves to whether it could: also where the
 * browser does not let a page write there. */
(() => {
  "use strict";

  function bySelection(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.readOnly = true;
    document.body.append(area);
    area.select();
    try {
      return document.execCommand("copy");
    } catch {
      return false;
    } finally {
      area.remove();
    }
  }

  window.gzCopy = async (text) => {
    try {
      if (navigator.clipboard) {
        await navigator.clipboard.writeText(text);
        return true;
      }
    } catch {
      // Not allowed: then as older browsers do it.
    }
    return bySelection(text);
  };
})();
