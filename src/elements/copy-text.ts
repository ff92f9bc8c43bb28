/**
 * Puts a text into the clipboard: by the Clipboard API, and by the older command where a page has none (without https) or
 * may not use it (in some frames).
 *
 * @param place what is selected for a moment where the older command needs a selection.
 * @throws what the browser says, where neither is allowed: both want a click or a key press before.
 */
export async function copyText(text: string, place: Element): Promise<void> {
  let refusal: unknown;
  try {
    if (navigator.clipboard as Clipboard | undefined) return await navigator.clipboard.writeText(text);
  } catch (cause) {
    refusal = cause;
  }
  if (copyByCommand(text, place)) return;
  throw refusal instanceof Error ? refusal : new DOMException('It allows that after a click or a key press.', 'NotAllowedError');
}

/** The selection only lets the command run: what goes into the clipboard is the text. */
function copyByCommand(text: string, place: Element): boolean {
  let copied = false;
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
    copied = event.clipboardData !== null;
  };
  const selection = document.getSelection();
  const before = selection ? Array.from({ length: selection.rangeCount }, (_, index) => selection.getRangeAt(index)) : [];
  addEventListener('copy', put, true);
  try {
    selection?.selectAllChildren(place);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- There is nothing else without https.
    return document.execCommand('copy') && copied;
  } finally {
    removeEventListener('copy', put, true);
    selection?.removeAllRanges();
    for (const range of before) selection?.addRange(range);
  }
}
