// Asks every two seconds whether the page has changed; an unchanged page costs an empty 304. Rests while hidden.
(function () {
  "use strict";
  var main = document.querySelector("main[data-turns]");
  if (!main || !window.fetch || !window.DOMParser) { return; }
  var told = document.getElementById("told");
  var tag = null;
  var asking = false;

  function text(root) {
    var place = root.querySelector("[data-told]");
    return place ? place.textContent.trim() : "";
  }

  function turn(fresh) {
    var next = fresh.querySelector("main[data-turns]");
    var active = main.contains(document.activeElement) ? document.activeElement : null;
    // Somebody who is typing keeps what is typed.
    if (!next || next.innerHTML === main.innerHTML || (active && active.tagName === "INPUT")) { return; }
    var changed = text(next) !== text(main);
    var place = active ? active.getAttribute("href") : null;
    main.innerHTML = next.innerHTML;
    // Somebody who stands on a link stays on it.
    if (place) { main.querySelectorAll("a").forEach(function (link) { if (link.getAttribute("href") === place) { link.focus(); } }); }
    document.title = fresh.title;
    if (changed && told) { told.textContent = text(main); }
  }

  function ask() {
    if (document.hidden || asking) { return; }
    asking = true;
    fetch(window.location.href, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" }).then(function (answer) {
      if (answer.status !== 200) { return null; }
      tag = answer.headers.get("ETag");
      return answer.text();
    }).then(function (page) {
      if (page) { turn(new DOMParser().parseFromString(page, "text/html")); }
    }).catch(function () { /* the next try may reach the ledger again */ }).then(function () { asking = false; });
  }

  window.setInterval(ask, 2000);
  document.addEventListener("visibilitychange", ask);
}());
