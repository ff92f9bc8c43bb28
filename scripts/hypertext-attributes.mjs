/**
 * The attributes by which any tag of a page without script takes part, for editors: docs/html.md describes them in full, and a
 * test holds both to each other.
 */

/** Each with the heading of docs/html.md that it links to. */
export const HYPERTEXT_ATTRIBUTES = [
  {
    name: 'data-peer-send',
    heading: 'sending',
    description: 'On a `form`: sends its fields to the channel around it; in no channel, to all open channels of the node around it. A value is the id of a channel or node that is elsewhere.',
  },
  {
    name: 'data-peer-keep',
    heading: 'sending',
    description: 'On a control, or on what is around some: it stays as it is when the form has sent. On a template for connections: its stamps stay when their channel closes.',
  },
  {
    name: 'data-peer-each',
    heading: 'showing',
    description: 'On a `template`: it is copied for each message, or for each connection that no other channel takes. `itemprop` names the fields that the copy shows.',
    values: [
      { name: 'message', description: 'A copy for each message that the channel or node around it sends or receives.' },
      { name: 'connection', description: 'A copy for each caller: the template holds a `<peer-channel>`.' },
    ],
  },
  {
    name: 'data-peer-max',
    heading: 'showing',
    description: 'On a template with `data-peer-each`: how many copies are kept, 1,000 by default.',
  },
  {
    name: 'data-peer-when',
    heading: 'conditions',
    description: 'Shows the element only while all its terms hold: `state=open|interrupted`, `late`, `!late`. On a template with `data-peer-each` it chooses what is copied. Write `hidden` as well, so that nothing flashes up.',
  },
  {
    name: 'data-peer-text',
    heading: 'conditions',
    description: 'Gives the element the text of a property of what is around it, such as `current-id`, `remote-id` or `state`; its own text stays while there is none.',
  },
  {
    name: 'data-peer-count',
    heading: 'counting',
    description: 'On an `output`, `data` or `meter`: it is given the number of stamped messages that match these terms, such as `choice=tea`.',
  },
];
