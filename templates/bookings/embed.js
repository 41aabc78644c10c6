/* Puts a booking form where this is written, and keeps its frame as high as its content:
     <div data-ordinus-form="demo-request"></div>
     <script src="…/embed.js" async></script>
   Without the div, <script src="…/embed.js" data-form="demo-request"> puts it in the script's own place. */
(function () {
  "use strict";

  var script = document.currentScript;
  var origin = new URL(script.src).origin;
  var frames = [];

  function zoneHere() {
    try {
      return Intl.DateTimeFormat().resolvedOptions().timeZone || "";
    } catch (error) {
      return "";
    }
  }

  function addressOf(form) {
    var address = new URL("/book/" + encodeURIComponent(form) + "/", origin);
    new URLSearchParams(location.search).forEach(function (value, name) {
      if (name.indexOf("utm_") === 0) address.searchParams.set(name, value);
    });
    if (zoneHere()) address.searchParams.set("tz", zoneHere());
    address.searchParams.set("embed", "1");
    return address.href;
  }

  function place(holder, form) {
    if (!form || holder.dataset.ordinusPlaced) return;
    holder.dataset.ordinusPlaced = "yes";
    var frame = document.createElement("iframe");
    frame.src = addressOf(form);
    frame.title = holder.dataset.title || "Book a meeting";
    frame.style.cssText = "display:block;width:100%;border:0;min-height:420px;color-scheme:light";
    holder.appendChild(frame);
    frames.push(frame);
  }

  function placeAll() {
    document.querySelectorAll("[data-ordinus-form]").forEach(function (holder) {
      place(holder, holder.dataset.ordinusForm);
    });
  }

  window.addEventListener("message", function (event) {
    if (event.origin !== origin || !event.data || event.data.ordinus !== "height") return;
    frames.forEach(function (frame) {
      if (frame.contentWindow === event.source) frame.style.height = Number(event.data.height) + "px";
    });
  });

  if (script.dataset.form) {
    var holder = document.createElement("div");
    script.parentNode.insertBefore(holder, script);
    place(holder, script.dataset.form);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", placeAll);
  else placeAll();
})();
