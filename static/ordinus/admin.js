// Times in the admin are told in the viewer's own zone: the browser says which, from the next page on.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) {
    document.cookie = `viewer_zone=${encodeURIComponent(zone)}; path=/admin/; max-age=31536000; samesite=lax`;
  }
})();
