// When a part of a page cannot be fetched, or the answer is another page, the browser goes there as a whole.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  const asked = new URL(pathInfo.requestPath, location.href);
  const got = new URL(xhr.responseURL || asked.href);
  if (got.pathname === asked.pathname) return;
  event.detail.shouldSwap = false;
  location.assign(got.href);
});
document.addEventListener("htmx:responseError", (event) => {
  const { pathInfo, requestConfig } = event.detail;
  if (requestConfig.verb === "get") location.assign(pathInfo.finalRequestPath);
});
