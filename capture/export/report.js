"use strict";
(function () {
  var tools = document.getElementById("tools");
  var q = document.getElementById("q");
  var count = document.getElementById("count");
  var boxes = { media: document.getElementById("media"), hello: document.getElementById("hello"), bad: document.getElementById("bad") };
  var rungs = Array.prototype.slice.call(document.querySelectorAll(".ladder li:not(.phase)"));
  var texts = rungs.map(function (li) { return li.textContent.toLowerCase(); });
  var phase = "";
  var hello = Array.prototype.map.call(document.querySelectorAll(".ladder li"), function (li) {
    if (li.classList.contains("phase")) { phase = li.querySelector("b").textContent; return null; }
    return phase === "handshake" && li.classList.contains("arrow");
  }).filter(function (h) { return h !== null; });

  function filter() {
    var words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    rungs.forEach(function (li, i) {
      var ok = words.every(function (w) { return texts[i].indexOf(w) >= 0; });
      if (!boxes.media.checked && li.classList.contains("run")) { ok = false; }
      if (!boxes.hello.checked && hello[i]) { ok = false; }
      if (boxes.bad.checked && !li.classList.contains("bad")) { ok = false; }
      li.hidden = !ok;
      if (ok) { shown++; }
    });
    count.textContent = shown + " of " + rungs.length + " lines";
  }

  /* The rows lie below the tables: a search leads to the first that it finds. */
  function lead() {
    var found = rungs.filter(function (li) { return !li.hidden; })[0];
    if (q.value && found) { found.scrollIntoView(); }
  }

  function fromHash() {
    var row = /^#row-\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
    var m = /^#q=(.*)$/.exec(location.hash);
    if (m) {
      try { q.value = decodeURIComponent(m[1]); } catch (e) { q.value = m[1]; }
    }
    filter();
    if (m) { lead(); }
    if (row && row.hidden) { row.hidden = false; row.scrollIntoView(); }
  }

  tools.addEventListener("input", filter);
  tools.addEventListener("submit", function (e) { e.preventDefault(); filter(); lead(); });
  window.addEventListener("hashchange", fromHash);
  fromHash();
})();
