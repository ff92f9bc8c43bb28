/** Form controls for the attributes of an element, made of what the manifest says of them. */

/** @param {{ attributes: { name: string, type?: { text: string }, description: string }[] }} declaration */
export function showControls(form, element, { attributes }) {
  const group = document.createElement('fieldset');
  const legend = document.createElement('legend');
  legend.textContent = `<${element.localName}>`;
  group.append(legend);
  for (const attribute of attributes) {
    if (!attribute.description.startsWith('Read-only')) group.append(controlFor(element, attribute));
  }
  form.append(group);
}

function controlFor(element, { name, type, description }) {
  const label = document.createElement('label');
  const input = document.createElement('input');
  const title = document.createElement('code');
  const hint = document.createElement('small');
  title.textContent = name;
  hint.id = `${element.localName}-${name}-hint`;
  hint.textContent = description.replaceAll('`', '');
  input.name = `${element.localName} ${name}`;
  input.setAttribute('aria-describedby', hint.id);
  if (type?.text === 'boolean') {
    input.type = 'checkbox';
    input.checked = element.hasAttribute(name);
    input.onchange = () => element.toggleAttribute(name, input.checked);
    label.append(input, ' ', title);
  } else {
    input.type = type?.text === 'number' ? 'number' : 'text';
    input.spellcheck = false;
    input.value = element.getAttribute(name) ?? '';
    // On each change and not on each key: a `to` that is half typed would call somebody.
    input.onchange = () => (input.value ? element.setAttribute(name, input.value) : element.removeAttribute(name));
    label.append(title, ' ', input);
  }
  const control = document.createElement('div');
  control.className = 'control';
  control.append(label, hint);
  return control;
}
