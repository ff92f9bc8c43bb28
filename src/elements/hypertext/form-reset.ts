/** Puts something back as it was. */
type Restore = () => void;

/** The controls of a form. One that is named `elements` hides the property of that name: hence the prototype's. */
export function controlsOf(form: HTMLFormElement): Element[] {
  return [...(Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, 'elements')?.get?.call(form) as HTMLFormControlsCollection)];
}

/** Whether a control stays as it is when its form has sent. */
export function isKept(control: Element): boolean {
  return control.closest('[data-peer-keep]') !== null;
}

/**
 * Resets a form, except for the controls that bear `data-peer-keep`, or are inside an element that does: value, choice, files
 * and the selected text stay. Of a form-associated custom element its property `value` stays, if it has one.
 *
 * The form's `reset` event is fired as usual; if a listener prevents it nothing is reset. Focus stays where it is. No `input`
 * and no `change` is fired. Never throws.
 */
export function resetForm(form: HTMLFormElement): void {
  const restores = controlsOf(form).filter(isKept).map(remember);
  let event: Event | undefined;
  const listener = (reset: Event): void => {
    if (reset.target === form) event = reset;
  };
  // Above the form: its own listeners cannot hide it. The event does not leave a shadow root.
  const root = Node.prototype.getRootNode.call(form);
  root.addEventListener('reset', listener, { capture: true });
  // A button named `reset` hides the method.
  HTMLFormElement.prototype.reset.call(form);
  root.removeEventListener('reset', listener, { capture: true });
  if (event?.defaultPrevented) return;
  for (const restore of restores) restore();
}

function remember(control: Element): Restore {
  if (control instanceof HTMLSelectElement) return rememberChoice(control);
  if (control instanceof HTMLTextAreaElement) return rememberText(control);
  if (!(control instanceof HTMLInputElement)) return rememberValue(control);
  switch (control.type) {
    case 'checkbox':
    case 'radio':
      return rememberChecked(control);
    case 'file':
      return rememberFiles(control);
    default:
      return rememberText(control);
  }
}

function rememberChecked(control: HTMLInputElement): Restore {
  const { checked } = control;
  return () => {
    control.checked = checked;
  };
}

function rememberChoice(select: HTMLSelectElement): Restore {
  const { selectedIndex } = select;
  const selected = new Set(select.selectedOptions);
  return () => {
    if (select.multiple) for (const option of select.options) option.selected = selected.has(option);
    else select.selectedIndex = selectedIndex;
  };
}

/** The list that the control has is emptied by the reset: it takes another one. */
function rememberFiles(control: HTMLInputElement): Restore {
  const transfer = new DataTransfer();
  for (const file of control.files ?? []) transfer.items.add(file);
  return () => {
    control.files = transfer.files;
  };
}

function rememberText(control: HTMLInputElement | HTMLTextAreaElement): Restore {
  const { value, selectionStart, selectionEnd, selectionDirection, scrollTop, scrollLeft } = control;
  return () => {
    if (control.value !== value) control.value = value;
    // Null for a kind of input without a text to select.
    const moved = control.selectionStart !== selectionStart || control.selectionEnd !== selectionEnd;
    if (moved) control.setSelectionRange(selectionStart, selectionEnd, selectionDirection ?? 'none');
    control.scrollTop = scrollTop;
    control.scrollLeft = scrollLeft;
  };
}

/** By the name that custom elements give it, too. */
function rememberValue(control: Element & { value?: unknown }): Restore {
  try {
    const { value } = control;
    return () => {
      try {
        if (control.value !== value) control.value = value;
      } catch {
        // Read-only: its own concern.
      }
    };
  } catch {
    return () => undefined;
  }
}
