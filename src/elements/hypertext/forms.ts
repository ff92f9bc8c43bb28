import { PeerChannel } from '../peer-channel.js';
import { PeerNode } from '../peer-node.js';
import { formMessage } from './form-message.js';
import { resetForm } from './form-reset.js';
import { correspondentOf } from './properties.js';

/** What a form is given to: true where the message was taken. */
export type FormSender = (target: PeerChannel | PeerNode, message: unknown) => boolean;

/**
 * Has the forms that bear `data-peer-send` sent to their channel or node. It comes after the page's own listeners, and leaves
 * alone what one of them has prevented. Returns the way to stop.
 */
export function listenToForms(root: Document | ShadowRoot, send: FormSender): () => void {
  const submitted = (event: Event): void => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute('data-peer-send') || event.defaultPrevented) return;
    const { submitter } = event as SubmitEvent;
    const target = targetOf(form, root);
    if (!target) {
      event.preventDefault();
      console.warn('data-peer-send: there is no <peer-channel> or <peer-node> for this form.', form);
      return;
    }
    const read = formMessage(form, submitter);
    const taken = read !== undefined && send(target, read.message);
    // A form in a dialog closes it by its default: once its message is taken.
    if (!taken || !closesDialog(form, submitter)) event.preventDefault();
    if (taken) resetForm(form);
  };
  root.addEventListener('submit', submitted);
  return () => root.removeEventListener('submit', submitted);
}

function targetOf(form: HTMLFormElement, root: Document | ShadowRoot): PeerChannel | PeerNode | undefined {
  const id = form.getAttribute('data-peer-send');
  const target = id ? root.getElementById(id) : correspondentOf(form);
  return target instanceof PeerChannel || target instanceof PeerNode ? target : undefined;
}

function closesDialog(form: HTMLFormElement, submitter: HTMLElement | null): boolean {
  const method = submitter?.getAttribute('formmethod') ?? form.getAttribute('method');
  return method?.toLowerCase() === 'dialog' && form.closest('dialog') !== null;
}
