// Standing lines: the wheel and the page keys move along the block axis, which Chromium does not do by itself.
const standing = getComputedStyle(document.documentElement).writingMode.startsWith("vertical");

function onWheel(event) {
  const turn = event.deltaY || event.deltaX; // Shift and wheel arrive as deltaX
  if (event.ctrlKey || !turn || (event.deltaX && (event.deltaY || !event.shiftKey))) return;
  const pixels = turn * (event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? innerWidth * 0.8 : 1);
  for (let box = event.target; box instanceof Element; box = box.parentElement) {
    const style = getComputedStyle(box);
    const [flow, place] = event.shiftKey ? [style.overflowY, "scrollTop"] : [style.overflowX, "scrollLeft"];
    if (!/auto|scroll/.test(flow)) continue;
    const before = box[place];
    box[place] += pixels;
    if (box[place] !== before) {
      event.preventDefault();
      return;
    }
  }
}

function onKey(event) {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.closest?.("input, select, textarea, [contenteditable]")) return;
  const box = event.target.closest?.(".tablebox") || document.querySelector("main");
  const pages = { PageDown: 0.85, PageUp: -0.85 }[event.key];
  if (pages) box.scrollBy({ left: pages * box.clientWidth });
  else if (event.key === "End") box.scrollTo({ left: box.scrollWidth });
  else if (event.key === "Home") box.scrollTo({ left: 0 });
  else return;
  event.preventDefault();
}

if (standing) {
  document.addEventListener("wheel", onWheel, { passive: false });
  document.addEventListener("keydown", onKey);
}
