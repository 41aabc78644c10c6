/* Inside a frame: tells the page around it how high this one is. The number is no secret. */
(function () {
  "use strict";

  if (window.parent === window) return;

  function tell() {
    var height = Math.ceil(document.getElementById("content").getBoundingClientRect().height);
    window.parent.postMessage({ ordinus: "height", height: height }, "*");
  }

  new ResizeObserver(tell).observe(document.getElementById("content"));
  tell();
})();
