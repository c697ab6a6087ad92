// Asks every two seconds whether the page has changed; an unchanged page costs an empty 304. Pauses while hidden.
(function () {
  "use strict";
  var main = document.querySelector("main[data-turns]");
  if (!main || !window.fetch || !window.DOMParser) { return; }
  var tag = null;
  function ask() {
    if (document.hidden) { return; }
    var headers = tag ? { "If-None-Match": tag } : {};
    fetch(window.location.href, { headers: headers, cache: "no-store" }).then(function (answer) {
      if (answer.status !== 200) { return null; }
      tag = answer.headers.get("ETag");
      return answer.text();
    }).then(function (text) {
      if (!text) { return; }
      var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("main[data-turns]");
      if (fresh && fresh.innerHTML !== main.innerHTML) { main.innerHTML = fresh.innerHTML; }
    }).catch(function () { /* the next try may reach the ledger again */ });
  }
  window.setInterval(ask, 2000);
  document.addEventListener("visibilitychange", ask);
}());
