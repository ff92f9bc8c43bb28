/**
 * Passes the focus on where an element that has it, or has it inside, is about to be hidden or taken away: to the closest box
 * around it that has a `tabindex` and is shown. `tabindex="-1"` on a `<main>` or a labelled section is what authors write for that.
 *
 * Else a browser gives it to the body, and who uses a screen reader is at the top of the page. Where there is no such box nothing
 * is done. Never throws.
 */
export function passFocusOn(going: Element): void {
  const root = going.getRootNode();
  if (!(root instanceof Document || root instanceof ShadowRoot)) return;
  const focused = root.activeElement;
  if (!focused || !going.contains(focused)) return;
  let box = going.parentElement?.closest<HTMLElement>('[tabindex]');
  while (box) {
    // The reader has pressed a button, and has not asked to be taken elsewhere.
    box.focus({ preventScroll: true });
    // One that is hidden itself does not take it.
    if (root.activeElement === box) return;
    box = box.parentElement?.closest<HTMLElement>('[tabindex]');
  }
}
