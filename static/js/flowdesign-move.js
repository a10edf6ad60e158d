// Moving cards by their handle: drag it to a place between cards, or use Alt and the arrow keys.
const standing = getComputedStyle(document.documentElement).writingMode.startsWith("vertical");
const KEYS = standing ? { ArrowLeft: -1, ArrowRight: 1 } : { ArrowUp: -1, ArrowDown: 1 };

export function listen(box, { cardNode, keyMoved, dropped }) {
  let node = null;
  const over = (event) => node && event.target.closest?.(".flow-gap");
  box.addEventListener("dragstart", (event) => {
    if (!event.target.matches("[data-do=handle]")) return;
    node = cardNode(event.target);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.setDragImage(event.target.closest("[data-step], [data-branch]"), 12, 12);
    box.classList.add("dragging");
  });
  box.addEventListener("dragover", (event) => {
    const gap = over(event);
    for (const other of box.querySelectorAll(".flow-gap.here")) if (other !== gap) other.classList.remove("here");
    if (!gap) return;
    event.preventDefault();
    gap.classList.add("here");
  });
  box.addEventListener("drop", (event) => {
    const gap = over(event);
    if (!gap) return;
    event.preventDefault();
    dropped(node, gap);
  });
  box.addEventListener("dragend", () => {
    node = null;
    box.classList.remove("dragging");
    for (const gap of box.querySelectorAll(".flow-gap.here")) gap.classList.remove("here");
  });
  box.addEventListener("keydown", (event) => {
    const by = KEYS[event.key];
    if (!by || !event.altKey || !event.target.matches("[data-do=handle]")) return;
    event.preventDefault();
    keyMoved(cardNode(event.target), by);
  });
}
